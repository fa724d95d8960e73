// Small tables worked by hand.
import { assertEquals } from "@std/assert";
import { addToTops } from "../../lib/crosscoder/latents.ts";
import { rowCounts } from "../../lib/crosscoder/row_counts.ts";
import { upload, zeros } from "../../lib/tensor/tensor.ts";
import { devices } from "../tensor/gpu_util.ts";

const { gpu } = devices[0];

Deno.test("rowCounts() counts the latents of each row that fire, not the padding", async () => {
  const acts = upload(gpu, {
    shape: [3, 5],
    data: Float32Array.of(0, 1, 2, 0, 3, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1),
  });
  assertEquals([...await rowCounts(acts).read()], [3, 0, 5]);
});

Deno.test("addToTops() keeps the five largest over batches, the earlier of equals first, and counts", async () => {
  const tops = {
    fired: zeros(gpu, [2], "u32"),
    top_acts: zeros(gpu, [5, 2]),
    top_row: zeros(gpu, [5, 2], "u32"),
    base: zeros(gpu, [1], "u32"),
  };
  const batches = [[[1, 0], [4, 0], [2, 0]], [[4, 7], [3, 0], [9, 0], [0, 0]]];
  let base = 0;
  for (const batch of batches) {
    tops.base.write([base]);
    addToTops(
      tops,
      upload(gpu, { shape: [batch.length, 2], data: Float32Array.from(batch.flat()) }),
    );
    base += batch.length;
  }
  assertEquals([...await tops.fired.read()], [6, 1]);
  const [acts, rows] = [await tops.top_acts.read(), await tops.top_row.read()];
  const column = (values: Float32Array, i: number) => [0, 1, 2, 3, 4].map((t) => values[2 * t + i]);
  assertEquals(column(acts, 0), [9, 4, 4, 3, 2]);
  assertEquals(column(rows, 0), [5, 1, 3, 4, 2]);
  assertEquals(column(acts, 1), [7, 0, 0, 0, 0]);
  assertEquals(column(rows, 1)[0], 3);
});
