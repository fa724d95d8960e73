// topK() against sorting in plain TypeScript: ties, zeros, NaN, rows and batches in pieces, each kernel.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import { sum } from "../../../lib/tensor/ops/sum.ts";
import { topK } from "../../../lib/tensor/ops/top_k.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { type Tensor, upload } from "../../../lib/tensor/tensor.ts";
import { random } from "../../util.ts";
import { devices } from "../gpu_util.ts";

type Plain = { columns: number; k: number; over: "row" | "all"; weights?: ArrayLike<number> };

/** The k largest positive values of each row or of all, the earlier ones of equal ranks. */
function plainTopK(z: Float32Array, { columns, k, over, weights }: Plain) {
  const kept = new Float32Array(z.length), smallest: number[] = [];
  const width = over === "row" ? columns : z.length;
  const rank = z.map((v, i) => Math.max(v, 0) * (weights?.[i % columns] ?? 1));
  for (let start = 0; start < z.length; start += width) {
    const order = Array.from({ length: width }, (_, i) => start + i)
      .sort((i, j) => rank[j] - rank[i] || i - j).slice(0, k).filter((i) => rank[i] > 0);
    for (const i of order) kept[i] = z[i];
    smallest.push(order.length > 0 ? rank[order.at(-1)!] : 0);
  }
  return { kept, smallest };
}

const CASES: [name: string, rows: number, columns: number, k: number][] = [
  ["a row that needs padding", 5, 13, 3],
  ["more than are positive", 4, 10, 9],
  ["one of one", 3, 1, 1],
  ["many rows", 70, 41, 7],
  ["a wide row", 2, 5000, 70],
];

const [{ gpu }] = devices;
const pretended = await openGpu({ pretend: { isCpu: false } }); // for the kernels of GPUs

for (const over of ["row", "all"] as const) {
  for (const [name, rows, columns, k] of CASES) {
    Deno.test(`topK() over ${over}, ${name}, equals sorting`, async () => {
      const z = random(1, rows * columns).map((v) => Math.round(4 * v) / 4); // many are equal
      const weights = random(2, columns).map((v) => Math.abs(Math.round(v)));
      for (const weighted of [false, true]) {
        const options = {
          k: over === "row" ? k : k * Math.min(rows, 10),
          over,
          weights: weighted ? weights : undefined,
        };
        const expected = plainTopK(z, { columns, ...options });
        for (const on of [gpu, pretended]) {
          const { kept, smallest } = topK(upload(on, { shape: [rows, columns], data: z }), {
            ...options,
            weights: weighted ? upload(on, { shape: [columns], data: weights }) : undefined,
          });
          assertEquals([...await kept.read()], [...expected.kept]);
          assertEquals([...await smallest.read()], expected.smallest);
        }
      }
    });
  }
}

Deno.test("topK() tells apart values that differ in their last bits alone", async () => {
  const z = random(5, 200 * 40).map((v) => 1 + Math.abs(v) * 2 ** -14);
  for (const over of ["row", "all"] as const) {
    for (const k of [1, 17, 39]) {
      const options = { columns: 40, k: over === "row" ? k : 200 * k, over };
      const { kept, smallest } = topK(upload(gpu, { shape: [200, 40], data: z }), {
        k: options.k,
        over,
      });
      const expected = plainTopK(z, options);
      assertEquals([...await kept.read()], [...expected.kept]);
      assertEquals([...await smallest.read()], expected.smallest);
    }
  }
});

Deno.test("topK() over 65,540 columns, and where a batch lies in several pieces, equals sorting", async () => {
  const wide = random(3, 2 * 65_540);
  const rows = topK(upload(gpu, { shape: [2, 65_540], data: wide }), { k: 200, over: "row" });
  assertEquals(
    [...await rows.kept.read()],
    [...plainTopK(wide, { columns: 65_540, k: 200, over: "row" }).kept],
  );
  using small = await openGpu({ maxBinding: 72 * 1024 });
  // 65 rows fill a binding, and shared out in parts of two they would not fit into one.
  const full = random(6, 65 * 280),
    most = topK(upload(small, { shape: [65, 280], data: full }), {
      k: 500,
      over: "all",
    });
  assertEquals(
    [...await most.kept.read()],
    [...plainTopK(full, { columns: 280, k: 500, over: "all" }).kept],
  );
  const z = random(4, 1000 * 30).map((v) => Math.round(8 * v) / 8);
  for (const over of ["row", "all"] as const) {
    const { kept, smallest } = topK(upload(small, { shape: [1000, 30], data: z }), { k: 11, over });
    const expected = plainTopK(z, { columns: 30, k: 11, over });
    assertEquals([...await kept.read()], [...expected.kept]);
    assertEquals([...await smallest.read()], expected.smallest);
  }
});

Deno.test("topK() keeps a NaN instead of losing it", async () => {
  const z = upload(gpu, { shape: [1, 6], data: Float32Array.of(1, 5, NaN, 3, -NaN, 2) });
  for (const over of ["row", "all"] as const) {
    assert((await topK(z, { k: 2, over }).kept.read()).some(Number.isNaN));
  }
});

Deno.test("topK() passes the gradient on to what it kept, and refuses one through the smallest", async () => {
  const z = upload(gpu, { shape: [2, 4], data: Float32Array.of(1, 3, -2, 2, -1, -2, 4, 0) });
  z.requiresGrad = true;
  withGradients(gpu, [z], () => sum(topK(z, { k: 2, over: "row" }).kept, { factor: 3 }));
  assertEquals([...await z.grad!.read()], [0, 3, 0, 3, 0, 0, 3, 0]);
  const through = (body: () => Tensor) => () => withGradients(gpu, [z], body);
  assertThrows(through(() => sum(topK(z, { k: 2, over: "row" }).smallest)), TypeError, "smallest");
  assertThrows(() => topK(z, { k: 0, over: "row" }), RangeError, "k to be a whole number from 1");
  assertThrows(() => topK(z, { k: 1, over: "column" as "row" }), RangeError, "over to be one of");
});
