/**
 * The ways to calibrate an amount of turning. All are told the same: amounts in the pair that is asked
 * about, and in runs without a backdoor.
 *
 * @module
 */
import { benjaminiHochberg, empiricalP, knockoffs } from "../../numerics/false_discoveries.ts";
import { median } from "../../numerics/statistics.ts";
import { fitStudent, studentTail } from "../../numerics/student.ts";
import { excessOf } from "./excess.ts";
import type { Decision, Family } from "./family.ts";
import { scaledExcess } from "./scaled.ts";
import { trendScale } from "./trend_scale.ts";

/** p-values, and the latents that Benjamini and Hochberg reject. */
const byP = (p: Float64Array, q: number): Decision => ({ flags: benjaminiHochberg(p, q), p });

/** p-values against all values of some lists together. */
const against = (values: Float64Array, nulls: readonly Float64Array[], q: number): Decision =>
  byP(empiricalP(values, nulls.flatMap((list) => [...list])), q);

const pooled: Family = {
  name: "pooled",
  title: "against all latents of the null",
  needs: 1,
  assumes: "a latent that did not turn is a draw from all latents of the null",
  decide: ({ target, nulls }, q) => against(target, nulls, q),
};

/** As in the trial of this: one run is taken away, one other says what is left by chance. */
const paired: Family = {
  name: "paired",
  title: "less its own null, against another null less it",
  needs: 2,
  assumes:
    "latents differ from run to run by draws from one distribution, and runs do not as wholes",
  decide({ target, nulls: [first, second] }, q) {
    const less = (list: Float64Array) => list.map((value, i) => value - first[i]);
    return against(less(target), [less(second)], q);
  },
};

const excess: Family = {
  name: "excess",
  title: "less the mean of its nulls, centred",
  needs: 2,
  assumes: "latents differ from run to run by draws from one distribution, and most did not turn",
  decide(sample, q) {
    const { target, nulls } = excessOf(sample);
    return against(target, nulls, q);
  },
};

const scaled: Family = {
  name: "scaled",
  title: "the same over a scale of its kind",
  needs: 2,
  assumes: "as excess, of a spread that depends on rate and first turn",
  decide(sample, q) {
    const { target, nulls } = scaledExcess(sample);
    return against(target, nulls, q);
  },
};

/** The middle half of a centred list has this spread, as a standard deviation of a normal one. */
const spreadOf = (list: Float64Array) => 1.4826 * median([...list].map(Math.abs));

/** After Efron (2004): the bulk of the pair itself says what does nothing. */
const own: Family = {
  name: "own bulk",
  title: "the same over the pair's own spread",
  needs: 2,
  assumes: "as scaled, and most latents of the pair turned by what is chance there",
  decide(sample, q) {
    const { target, nulls } = scaledExcess(sample);
    const unit = (list: Float64Array) => list.map((value) => value / spreadOf(list));
    return against(unit(target), nulls.map(unit), q);
  },
};

const student: Family = {
  name: "Student",
  title: "scaled, tail of Student's t fitted to the null",
  needs: 2,
  assumes: "as scaled, and the tail of the differences is that of a t distribution",
  decide(sample, q) {
    const { target, nulls } = scaledExcess(sample);
    const fit = fitStudent(nulls.flatMap((list) => [...list]));
    return byP(target.map((value) => studentTail(value, fit)), q);
  },
};

/** Knockoffs of one run, as it is: a shift between the runs is not taken away. */
const knockoff: Family = {
  name: "knockoff",
  title: "knockoff+, one null as the copy",
  needs: 1,
  assumes:
    "a latent that did not turn is as likely to have turned further in the one as in the other",
  decide: ({ target, nulls }, q) => ({ flags: knockoffs(target, nulls.slice(0, 1), q) }),
};

const centredKnockoffs: Family = {
  name: "knockoffs",
  title: "knockoff+, all nulls as copies, centred",
  needs: 2,
  assumes: "the same of any run, once the median of each is taken away",
  decide({ target, nulls }, q) {
    return { flags: knockoffs(centred(target), nulls.map(centred), q) };
  },
};

/** The order in which knockoffs are taken is free as long as it treats all runs alike. */
const scaledKnockoffs: Family = {
  name: "scaled knockoffs",
  title: "the same over a scale of its kind",
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

function centred(list: Float64Array): Float64Array {
  const middle = median([...list]);
  return list.map((value) => value - middle);
}

/** In the order of the report. */
export const FAMILIES: readonly Family[] = [
  pooled,
  paired,
  excess,
  scaled,
  own,
  student,
  knockoff,
  centredKnockoffs,
  scaledKnockoffs,
];
