// Sums of whole numbers below 2^24 are exact in float32, whatever the stages: equality, no tolerance.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { columnSumsInto } from "../../../lib/tensor/ops/column_sums.ts";
import { mean, partialRowSumsInto, squaredNorm, sum } from "../../../lib/tensor/ops/sum.ts";
import { empty, upload } from "../../../lib/tensor/tensor.ts";
import { devices, takenForGpu } from "../gpu_util.ts";

/** Whole numbers from -3 to 3. */
const whole = (count: number) => Float32Array.from({ length: count }, (_, i) => (i * 7919) % 7 - 3);
const total = (data: Float32Array) => data.reduce((a, b) => a + b, 0);

for (const { name, gpu } of [...devices, await takenForGpu()]) {
  for (const shape of [[1], [3], [5, 3], [33, 129], [70, 1021], [300, 1000]]) {
    Deno.test(`sum(), mean() and squaredNorm() are exact over [${shape}], ${name}`, async () => {
      const data = whole(shape.reduce((a, b) => a * b, 1));
      const a = upload(gpu, { shape, data });
      assertEquals([...await sum(a).read()], [total(data)]);
      assertEquals([...await squaredNorm(a).read()], [total(data.map((v) => v * v))]);
      assertAlmostEquals((await mean(a).read())[0], total(data) / data.length, 1e-6);
    });
  }

  for (const [rows, columns] of [[1, 5], [63, 4], [64, 9], [65, 9], [4200, 13]]) {
    Deno.test(`columnSumsInto() is exact over [${rows}, ${columns}], overwriting and adding, ${name}`, async () => {
      const data = whole(rows * columns);
      const a = upload(gpu, { shape: [rows, columns], data });
      const wanted = Array.from(
        { length: columns },
        (_, c) => total(data.filter((_, i) => i % columns === c)),
      );
      const out = empty(gpu, [columns]);
      columnSumsInto(out, a);
      assertEquals([...await out.read()], wanted);
      columnSumsInto(out, a, { accumulate: true });
      assertEquals([...await out.read()], wanted.map((v) => 2 * v));
      columnSumsInto(out, a, { squares: true });
      const squares = data.map((v) => v * v);
      assertEquals(total(await out.read()), total(squares));
    });
  }

  Deno.test(`partialRowSumsInto() splits each row into parts that sum to it, ${name}`, async () => {
    const data = whole(3 * 517), parts = empty(gpu, [3, 64]);
    partialRowSumsInto(parts, upload(gpu, { shape: [3, 517], data }), { factor: 2 });
    const found = await parts.read();
    for (const row of [0, 1, 2]) {
      assertEquals(
        total(found.slice(64 * row, 64 * row + 64)),
        2 * total(data.slice(517 * row, 517 * row + 517)),
      );
    }
  });
}
