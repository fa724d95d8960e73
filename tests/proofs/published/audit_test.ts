import { assertAlmostEquals, assertEquals } from "@std/assert";
import { auditPublished } from "../../../lib/proofs/published/audit.ts";
import { searchPublished } from "../../../lib/proofs/published/published.ts";
import { preparePublished } from "../../../lib/proofs/published/tables.ts";
import { findDirections, plainFactors } from "../../../lib/proofs/tables/directions.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { W7 } from "../tiny_models.ts";

Deno.test("auditPublished() finds the two unjustified cases of W7, and none without the mean attention", () => {
  const audit = (handling: "mean_query+diff" | "drop_average_query_per_output_logit_reasoning") => {
    const directions = findDirections(plainFactors(W7));
    const parts = {
      attention: "exact_EQKE+max_diff_exact",
      handling,
      direct: "mean_query+max_diff",
    } as const;
    const published = preparePublished(makeTables(W7), parts, directions);
    return auditPublished(published, searchPublished(published));
  };
  const { unjustified, unjustifiedSequences, worst } = audit("mean_query+diff");
  assertEquals([unjustified, unjustifiedSequences], [2, "2"]); // (0,3,1) and (1,3,1) at g = 1
  assertAlmostEquals(worst, 0.5, 1e-9); // -.25 published, +.25 true
  assertEquals(audit("drop_average_query_per_output_logit_reasoning").unjustified, 0);
});
