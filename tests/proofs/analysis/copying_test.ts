import { assertEquals } from "@std/assert";
import { copyingRows } from "../../../lib/proofs/analysis/copying.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { W1 } from "../tiny_models.ts";

Deno.test("copyingRows() gives each row's range, its gap to the diagonal, and the sequences of its maximum", () => {
  const tables = makeTables(W1);
  const lo = Float64Array.of(5, 1, 2, 0, 4, 7, 3, 3, 3);
  const rows = copyingRows({ v: 3, K: 2, EVOU: { ...tables.EVOU, lo } });
  assertEquals(rows.ranges, [4, 7, 0]);
  assertEquals(rows.gaps, [2 - 5, 7 - 4, 0]); // negative: copied
  assertEquals(rows.weights, [1, 3, 5]); // of 9 sequences of two tokens
});
