/** Statistics in units of what a latent of its kind does by chance. @module */
import { unchangedShare } from "../../../numerics/false_discoveries.ts";
import { fitStudent, studentDensity, studentTail } from "../../../numerics/student.ts";
import { against, byP, type Family, type Sample, spreadOf } from "../family.ts";
import { scaledExcess } from "../scaled_excess.ts";

export const scaled: Family = {
  name: "scaled",
  title: "excess over a scale of its kind",
  needs: 2,
  assumes: "as excess, of a spread that depends on rate and first turn",
  decide(sample, q) {
    const { target, nulls } = scaledExcess(sample);
    return against(target, nulls, q);
  },
};

/** After Efron (2004): the bulk of the pair itself says what does nothing. */
export const own: Family = {
  name: "own bulk",
  title: "scaled, over the pair's own spread",
  needs: 2,
  assumes: "as scaled, and most latents of the pair turned by what is chance there",
  decide(sample, q) {
    const { target, nulls } = scaledExcess(sample);
    const unit = (list: Float64Array) => list.map((value) => value / spreadOf(list));
    return against(unit(target), nulls.map(unit), q);
  },
};

/** Nulls of other models sharpen the tail: one model's own end at 1 / (latents · nulls). */
export const overSeeds: Family = {
  name: "over seeds",
  title: "scaled, against the nulls of all model seeds",
  needs: 2,
  seeds: 1,
  assumes: "as scaled, and tails of one shape in all models",
  decide(sample, q) {
    const { target, nulls } = scaledExcess(sample), unit = spreadOf(joined(nulls));
    const elsewhere = sample.elsewhere.map((other) => {
      const list = joined(scaledExcess({ ...other, target: other.nulls[0] }).nulls);
      const own = spreadOf(list);
      return list.map((value) => value / own * unit);
    });
    return against(target, [...nulls, ...elsewhere], q);
  },
};

export const student: Family = {
  name: "Student",
  title: "scaled, tail of Student's t fitted to the null",
  needs: 2,
  assumes: "as scaled, and the tail of the differences is that of a t distribution",
  decide(sample, q) {
    const { target, nulls } = scaledExcess(sample);
    const fit = fitStudent(joined(nulls));
    return byP(target.map((value) => studentTail(value, fit)), q);
  },
};

/**
 * A scale of each latent's own, drawn to that of its kind (Smyth 2004): with the variance of a kind
 * s0² on d0 degrees of freedom and a latent's own s² on d, t = excess / sqrt((d0 s0² + d s²) / (d0 + d))
 * has d0 + d of them. d0 is that of the t distribution of the nulls' differences.
 */
export const moderated: Family = {
  name: "moderated t",
  title: "excess over a scale of its own, drawn to its kind's",
  needs: 2,
  assumes: "a latent's differences are normal, and variances of one kind scaled inverse chi-square",
  decide: (sample, q) => byP(moderatedP(sample), q),
};

/**
 * The same, held against what it says of other models' runs without a backdoor: each of these in turn
 * by the others of its model.
 */
export const moderatedOverSeeds: Family = {
  name: "moderated over seeds",
  title: "moderated t, against its own values in all other model seeds' nulls",
  needs: 2,
  seeds: 1,
  assumes: "runs without a backdoor of one model are exchangeable, and models are alike",
  decide(sample, q) {
    const size = (p: Float64Array) => p.map((value) => -Math.log(value));
    const elsewhere = sample.elsewhere.flatMap(({ nulls, known }) =>
      nulls.map((target) => {
        const others = nulls.filter((other) => other !== target);
        return size(moderatedP({ target, nulls: others, known }));
      })
    );
    return against(size(moderatedP(sample)), elsewhere, q);
  },
};

function moderatedP(sample: Omit<Sample, "elsewhere">): Float64Array {
  const { target, nulls } = scaledExcess(sample), d = nulls.length - 1;
  const { df, scale } = fitStudent(joined(nulls));
  return target.map((value, i) => {
    const own = nulls.reduce((sum, list) => sum + list[i] ** 2 / nulls.length, 0);
    const variance = (df * scale ** 2 + d * own) / (df + d);
    return studentTail(value / Math.sqrt(variance), { df: df + d });
  });
}

/**
 * The local false discovery rate (Efron 2001), share of the unchanged · null density / density of the
 * pair: the latents of the lowest are flagged as long as their mean is at most q.
 */
export const local: Family = {
  name: "local fdr",
  title: "scaled, local false discovery rate",
  needs: 2,
  assumes: "as Student, and both densities are smooth",
  decide(sample, q) {
    const { target, nulls } = scaledExcess(sample), fit = fitStudent(joined(nulls));
    const p = target.map((value) => studentTail(value, fit));
    const unchanged = unchangedShare(p), density = kernelDensity(target);
    const rate = Array.from(
      target,
      (value) =>
        value > 0 ? Math.min(1, unchanged * studentDensity(value, fit) / density(value)) : 1,
    );
    const flags = Array.from(target, () => false);
    let sum = 0;
    for (const [before, i] of rate.map((_, i) => i).sort((i, j) => rate[i] - rate[j]).entries()) {
      sum += rate[i];
      if (sum > q * (before + 1)) break;
      flags[i] = true;
    }
    return { flags, p };
  },
};

/** Normal kernels of Silverman's width, by the spread of the middle half. */
function kernelDensity(values: Float64Array): (at: number) => number {
  const width = 0.9 * spreadOf(values) * values.length ** -0.2;
  const height = 1 / (values.length * width * Math.sqrt(2 * Math.PI));
  return (at) =>
    values.reduce((sum, value) => sum + height * Math.exp(-(((at - value) / width) ** 2) / 2), 0);
}

function joined(lists: readonly Float64Array[]): Float64Array {
  return Float64Array.from(lists.flatMap((list) => [...list]));
}
