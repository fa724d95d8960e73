import { assertEquals, assertThrows } from "@std/assert";
import {
  gatherRowsInto,
  placeRowsInto,
  stackColumns,
  takeRows,
} from "../../../lib/tensor/ops/rows.ts";
import { empty, upload, uploadIds, zeros } from "../../../lib/tensor/tensor.ts";
import { devices } from "../gpu_util.ts";

const { gpu } = devices[0];
const count = (n: number, from = 0) => Float32Array.from({ length: n }, (_, i) => from + i);

Deno.test("gatherRowsInto() takes rows from several tables, scales columns and follows the step counter", async () => {
  const tables = [
    upload(gpu, { shape: [3, 5], data: count(15) }),
    upload(gpu, { shape: [4, 5], data: count(20, 15) }),
  ];
  const index = uploadIds(gpu, [6], [6, 0, 3, 2, 2, 5]);
  const factors = upload(gpu, { shape: [5], data: Float32Array.of(1, 10, 1, 1, 2) });
  const schedule = upload(gpu, { shape: [1, 4], data: Float32Array.of(3, 0, 0, 0) });
  const row = (r: number) => [5 * r, 10 * (5 * r + 1), 5 * r + 2, 5 * r + 3, 2 * (5 * r + 4)];
  const all = empty(gpu, [6, 5]);
  gatherRowsInto(all, { tables, index }, { factors });
  assertEquals([...await all.read()], [6, 0, 3, 2, 2, 5].flatMap(row));
  const some = empty(gpu, [2, 5]);
  // Step 3 of rounds of two batches is the second batch: index[2], index[3].
  gatherRowsInto(some, { tables, index }, { factors, scheduled: { schedule, perRound: 2 } });
  assertEquals([...await some.read()], [3, 2].flatMap(row));
});

Deno.test("takeRows(), placeRowsInto() and stackColumns() move rows to where they belong", async () => {
  const a = upload(gpu, { shape: [4, 3], data: count(12) });
  assertEquals([...await takeRows(a, uploadIds(gpu, [2], [3, 1])).read()], [9, 10, 11, 3, 4, 5]);
  const cache = zeros(gpu, [2, 4, 3]);
  placeRowsInto(
    cache,
    upload(gpu, { shape: [2, 2, 3], data: count(12, 1) }),
    uploadIds(gpu, [2], [0, 2]),
  );
  const zero = [0, 0, 0];
  assertEquals([...await cache.read()], [
    1,
    2,
    3,
    4,
    5,
    6,
    ...zero,
    ...zero,
    ...zero,
    ...zero,
    7,
    8,
    9,
    10,
    11,
    12,
  ]);
  const parts = [
    upload(gpu, { shape: [2, 4], data: count(8) }),
    upload(gpu, { shape: [2, 8], data: count(16, 100) }),
  ];
  const stacked = await stackColumns(parts).read();
  assertEquals([...stacked.slice(0, 6)], [0, 1, 2, 3, 100, 101]);
  assertEquals([...stacked.slice(12, 18)], [4, 5, 6, 7, 108, 109]);
  assertThrows(() => stackColumns([a]), RangeError, "multiples of four");
});
