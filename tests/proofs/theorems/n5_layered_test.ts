// Expected numbers: worked examples of the compact proofs, which two separate numpy prototypes computed. W1 and W7 are the
// models of tiny_models.ts.
import { assertEquals } from "@std/assert";
import { makeProver } from "../../../lib/proofs/prove.ts";
import { sequencesWith } from "../../../lib/proofs/tables/counting.ts";
import { prepareLayered } from "../../../lib/proofs/theorems/layered_tables.ts";
import { verifyN5 } from "../../../lib/proofs/theorems/n5_layered.ts";
import { W1 } from "../tiny_models.ts";

const w1 = makeProver(W1);

Deno.test("verifyN5() certifies W1 as worked out, for fixed gaps and approximate parts", () => {
  const count = (g: number, parts = {}) => {
    const { tables, directions } = w1;
    const proof = prepareLayered(tables, parts, { directions, G: 4096 });
    return verifyN5(proof, new Uint16Array(16).fill(g));
  };
  assertEquals([1, 2, 3].map((g) => Number(count(g).certified)), [41, 33, 25]);
  const wrong = (g: number) =>
    [0, 1, 2, 3].map((q) => Number(sequencesWith(q, 3, 3) - count(g).byPair[q * 4 + 3]));
  assertEquals([1, 2, 3].map(wrong), [[2, 2, 6, 5], [4, 4, 5, 10], [5, 6, 5, 15]]);
  assertEquals(Number(count(1, { attention: "max_diff_exact" }).certified), 38);
  assertEquals(Number(count(1, { attention: "svd" }).certified), 36);
  assertEquals(Number(count(1, { attention: "max_diff_subproduct" }).certified), 41);
  assertEquals(Number(count(1, { direct: "max_diff_exact" }).certified), 38);
});
