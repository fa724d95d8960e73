// Expected numbers: worked examples of the compact proofs, which two separate numpy prototypes computed. W1 and W7 are the
// models of tiny_models.ts.
import { assertAlmostEquals } from "@std/assert";
import { plainFactors, scoreSvd } from "../../../lib/proofs/tables/directions.ts";
import { W1 } from "../tiny_models.ts";

Deno.test("scoreSvd() gives the singular values of W1's scores", () => {
  const { S } = scoreSvd(plainFactors(W1));
  [13.7099792, 2.0997054, .3615051, 0].forEach((s, n) => assertAlmostEquals(S[n], s, 1e-7));
});
