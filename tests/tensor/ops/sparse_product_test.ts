// Products by lists against the dense ones, to the bit: lists that are empty, full and ragged.
import { assertEquals, assertThrows } from "@std/assert";
import { productInto } from "../../../lib/tensor/ops/matmul/product.ts";
import {
  addSparsePlaces,
  nonzero,
  sparseColumnsInto,
  sparseRowsInto,
} from "../../../lib/tensor/ops/sparse_product.ts";
import { readIds } from "../../../lib/tensor/read.ts";
import { upload, zeros } from "../../../lib/tensor/tensor.ts";
import { random } from "../../util.ts";
import { devices } from "../gpu_util.ts";

const [{ gpu }] = devices;

/** [rows, columns] of which a share is not zero; its first row is empty, its last column full. */
function few(rows: number, columns: number, share: number): Float32Array {
  const values = random(1, rows * columns), draw = random(2, rows * columns);
  return values.map((v, i) => {
    if (i < columns) return 0;
    return i % columns === columns - 1 || Math.abs(draw[i]) < share ? v || 1 : 0;
  });
}

for (const [rows, columns, width] of [[9, 13, 20], [70, 33, 132], [1, 5, 4]]) {
  Deno.test(`sparse products of [${rows}, ${columns}] by ${width} are those of dense ones to the bit`, async () => {
    const put = (shape: number[], data: Float32Array) => upload(gpu, { shape, data });
    const s = put([rows, columns], few(rows, columns, 0.2));
    const W = put([columns, width], random(3, columns * width));
    const bias = put([width], random(4, width));
    const g = put([rows, width], random(5, rows * width));
    using byRow = nonzero(s, "row");
    using byColumn = nonzero(s, "column");
    const [x, x_dense] = [zeros(gpu, [rows, width]), zeros(gpu, [rows, width])];
    sparseRowsInto(x, { s, lists: byRow }, { b: W, bias });
    productInto("NN", { a: s, b: W, c: x_dense }, { bias });
    assertEquals(await x.read(), await x_dense.read());
    const [y, y_dense] = [zeros(gpu, [columns, width]), zeros(gpu, [columns, width])];
    for (const accumulate of [false, true]) {
      sparseColumnsInto(y, { s, lists: byColumn }, { b: g, accumulate });
      productInto("TN", { a: s, b: g, c: y_dense }, { accumulate });
      assertEquals(await y.read(), await y_dense.read());
    }
    const before = random(6, rows * columns);
    const c = put([rows, columns], before), c_dense = zeros(gpu, [rows, columns]);
    addSparsePlaces(c, { s, lists: byRow }, { a: g, b: W });
    productInto("NT", { a: g, b: W, c: c_dense });
    const [found, values, full] = [await c.read(), await s.read(), await c_dense.read()];
    assertEquals(
      found,
      before.map((v, i) => values[i] === 0 ? v : Math.fround(v + full[i])),
    );
  });
}

Deno.test("nonzero() lists rising places, and a list of the other kind is refused", async () => {
  const s = upload(gpu, { shape: [2, 5], data: Float32Array.of(0, 1, 0, 0, -2, 3, NaN, 0, 0, 0) });
  using byRow = nonzero(s, "row");
  using byColumn = nonzero(s, "column");
  assertEquals([...await readIds(byRow.count)], [2, 2]);
  assertEquals([...await readIds(byColumn.count)], [1, 2, 0, 0, 1]);
  const at = await readIds(byRow.at);
  assertEquals([...at.slice(0, 2), ...at.slice(5, 7)], [1, 4, 0, 1]);
  const [c, b] = [zeros(gpu, [2, 4]), zeros(gpu, [5, 4])];
  assertThrows(
    () => sparseRowsInto(c, { s, lists: byColumn }, { b }),
    TypeError,
    "expected the places by row but found them by column",
  );
});
