// Sums of whole numbers below 2^24 are exact in float32, whatever the stages: equality, no tolerance.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import { type SeenDispatch, standInGpu } from "../../../lib/gpu/stand_in.ts";
import { columnSumsInto } from "../../../lib/tensor/ops/column_sums.ts";
import { mean, rowSumsInto, squaredNorm, sum, sumParts } from "../../../lib/tensor/ops/sum.ts";
import { empty, upload, zeros } from "../../../lib/tensor/tensor.ts";
import { random } from "../../util.ts";
import { devices } from "../gpu_util.ts";

/** Whole numbers from -3 to 3. */
const whole = (count: number) => Float32Array.from({ length: count }, (_, i) => (i * 7919) % 7 - 3);
const total = (data: Float32Array) => data.reduce((a, b) => a + b, 0);

const [{ gpu }] = devices; // sums have one kernel for all adapters

for (const shape of [[1], [3], [5, 3], [33, 129], [70, 1021], [300, 1000]]) {
  Deno.test(`sum(), mean() and squaredNorm() are exact over [${shape}]`, async () => {
    const data = whole(shape.reduce((a, b) => a * b, 1));
    const a = upload(gpu, { shape, data });
    assertEquals([...await sum(a).read()], [total(data)]);
    assertEquals([...await squaredNorm(a).read()], [total(data.map((v) => v * v))]);
    assertAlmostEquals((await mean(a).read())[0], total(data) / data.length, 1e-6);
  });
}

for (const [rows, columns] of [[1, 5], [63, 4], [64, 9], [65, 9], [4200, 13]]) {
  Deno.test(`columnSumsInto() is exact over [${rows}, ${columns}], overwriting and adding`, async () => {
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

Deno.test(`rowSumsInto() puts the sum of each row behind those that are there`, async () => {
  const data = whole(3 * 5170), sums = zeros(gpu, [4, 2]);
  rowSumsInto(sums, upload(gpu, { shape: [3, 5170], data }), { factor: 2, first: 1 });
  const rows = [0, 1, 2].map((row) => 2 * total(data.slice(5170 * row, 5170 * row + 5170)));
  assertEquals([...await sums.read()], [0, 0, rows[0], 0, rows[1], 0, rows[2], 0]);
});

Deno.test("sums have the same bits whatever fits into a binding", async () => {
  const data = random(3, 300 * 1000);
  const found = [];
  for (const maxBinding of [undefined, 1 << 19]) {
    using gpu = await openGpu({ maxBinding });
    const a = upload(gpu, { shape: [300, 1000], data }), columns = empty(gpu, [1000]);
    columnSumsInto(columns, a);
    found.push([...await sum(a, { squares: true }).read(), ...await columns.read()]);
  }
  assertEquals(found[0], found[1]);
  assertAlmostEquals(found[0][0], total(data.map((v) => v * v)), 1e-1);
});

Deno.test("a long sum keeps a large GPU busy, and its parts are few enough for one workgroup", () => {
  const seen: SeenDispatch[] = [];
  using gpu = standInGpu({ onDispatch: (dispatch) => seen.push(dispatch) });
  sumParts(zeros(gpu, [6000, 4000]));
  gpu.flush();
  const [{ grid: [x, y], workgroup }] = seen, invocations = x * y * workgroup;
  assert(invocations >= 2 ** 14 && invocations <= 2 ** 16, `${invocations} invocations`);
  assert(workgroup >= 64, `${workgroup} invocations a workgroup`);
});
