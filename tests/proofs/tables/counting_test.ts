import { assertEquals } from "@std/assert";
import { sequencesWith } from "../../../lib/proofs/tables/counting.ts";

Deno.test("sequencesWith() counts as in W4", () => {
  assertEquals(sequencesWith(3, 7, 4), 169n);
  let all = 0n;
  for (let m = 0; m < 64; m++) for (let q = 0; q <= m; q++) all += sequencesWith(q, m, 4);
  assertEquals(all, 16777216n);
});
