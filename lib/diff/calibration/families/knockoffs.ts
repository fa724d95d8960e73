/**
 * Statistics without p-values: a latent's rotation in runs without a backdoor are its knockoffs.
 *
 * @module
 */
import { knockoffs } from "../../../numerics/false_discoveries.ts";
import { centred, type Family } from "../family.ts";
import { trendScale } from "../trend_scale.ts";

/** Knockoffs of one run, as it is: a shift between the runs is not taken away. */
export const oneKnockoff: Family = {
  name: "knockoff",
  title: "knockoff+, one null as the copy",
  needs: 1,
  assumes:
    "a latent that did not turn is as likely to have turned further in the one as in the other",
  decide: ({ target, nulls }, q) => ({ flags: knockoffs(target, nulls.slice(0, 1), q) }),
};

export const centredKnockoffs: Family = {
  name: "knockoffs",
  title: "knockoff+, all nulls as copies, centred",
  needs: 2,
  assumes: "the same of any run, once the median of each is taken away",
  decide: ({ target, nulls }, q) => ({
    flags: knockoffs(centred(target), nulls.map(centred), q),
  }),
};

/** The order in which knockoffs are taken is free as long as it treats all runs alike. */
export const scaledKnockoffs: Family = {
  name: "scaled knockoffs",
  title: "knockoffs, over a scale of its kind",
  needs: 2,
  assumes: "as knockoffs",
  decide({ target, nulls, known }, q) {
    const all = [target, ...nulls].map(centred);
    const mean = target.map((_, i) => all.reduce((sum, list) => sum + list[i] / all.length, 0));
    const scale = trendScale(all.map((list) => list.map((value, i) => value - mean[i])), known);
    const [real, ...copies] = all.map((list) => list.map((value, i) => value / scale[i]));
    return { flags: knockoffs(real, copies, q) };
  },
};
