/**
 * The ways to calibrate an amount of turning. All are told the same: amounts in the pair that is asked
 * about, and in runs without a backdoor.
 *
 * @module
 */
import { against, type Family } from "../family.ts";
import { centredKnockoffs, oneKnockoff, scaledKnockoffs } from "./knockoffs.ts";
import { excess, paired, predicted, strata } from "./paired.ts";
import { local, moderated, moderatedOverSeeds, overSeeds, own, scaled, student } from "./scaled.ts";

const pooled: Family = {
  name: "pooled",
  title: "against all latents of the null",
  needs: 1,
  assumes: "a latent that did not turn is a draw from all latents of the null",
  decide: ({ target, nulls }, q) => against(target, nulls, q),
};

/** In the order of the report. */
export const FAMILIES: readonly Family[] = [
  ...[pooled, paired, excess, predicted, strata],
  ...[scaled, own, overSeeds, student, moderated, moderatedOverSeeds, local],
  ...[oneKnockoff, centredKnockoffs, scaledKnockoffs],
];
