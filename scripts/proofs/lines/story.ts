/**
 * Numbers of the mechanistic story: singular values, fits, ablations, noise tests, margins.
 *
 * @module
 */
import { largest, largestSize } from "../../../lib/numerics/numbers.ts";
import { SUBSETS, tablesOf } from "../../../lib/proofs/analysis/ablations.ts";
import type { NoiseTest, NormBounds } from "../../../lib/proofs/analysis/residual.ts";
import { byFamily, familyTitle, type ProofsRun } from "../../../lib/proofs/run/results.ts";
import { ablatedAccuracies, singularRatio } from "../../../lib/proofs/run/model_numbers.ts";
import { type Fit, spread } from "../../../lib/numerics/statistics.ts";
import { PAPER } from "../paper.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import { meanLine } from "./bounds.ts";

/** "nothing", or "EU + EQKP". */
export function subsetName(subset: number): string {
  return tablesOf(subset).join(" + ") || "nothing";
}

/** The paper's accuracy with a subset zeroed: it has a few, for K = 4. */
export function publishedAblation({ K, v }: { K: number; v: number }, subset: number) {
  return K === 4 && v === 64 ? PAPER.ablations[subsetName(subset)] : undefined;
}

/** P11: 32 lines a population. */
export function ablationLines(run: ProofsRun): Line[] {
  return byFamily(run).filter(({ models }) => models.length > 0).flatMap(({ family, models }) =>
    SUBSETS.map((subset) => {
      const zeroed = subsetName(subset);
      return meanLine(
        `${familyTitle(family)}: accuracy without ${zeroed}`,
        spread(ablatedAccuracies(models, subset)),
        {
          paper: publishedAblation(family, subset),
          digits: 4,
          note: `${models[0].ablations.draws} drawn sequences each`,
        },
      );
    })
  );
}

/** P4: the ratios, and one fit a line. */
export function ratioLines(
  run: ProofsRun,
  fits: readonly { name: string; fit: Fit | undefined }[],
): Line[] {
  const ratios = byFamily(run).filter(({ models }) => models.length > 0).map(({ family, models }) =>
    meanLine(`${familyTitle(family)}: sigma1 / sigma2 of EQKE`, spread(models.map(singularRatio)), {
      digits: 0,
      note: family.v === 64 ? "paper: 300 to 1,200" : undefined,
    })
  );
  const lines = fits.flatMap(({ name, fit }) =>
    fit
      ? [numberLine(`${name}: slope for 100 of sigma1 / sigma2`, 100 * fit.slope, {
        digits: 4,
        note: `intercept ${fit.intercept.toFixed(3)}, R² ${fit.r2.toFixed(3)}, ${fit.n} points`,
      })]
      : []
  );
  return [...ratios, ...lines];
}

/**
 * These bound what is left of EQKE after one direction, the others what is left after all peeling.
 */
const OF_RANK_ONE = new Set(["svd", "max_diff_exact", "max_diff", "mean+max_diff"]);

/** P8: one model's residual against noise; the published numbers are those of other models. */
export function noiseLines(
  title: string,
  test: NoiseTest,
  { paper: published = {}, norms }: { paper?: typeof PAPER.residual; norms: NormBounds },
): Line[] {
  const line = (name: string, value: number, key: string, note?: string) =>
    numberLine(`${title}: ${name}`, value, { paper: published[key], digits: 3, note });
  const drawn = (kind: "shuffled" | "normal") => {
    const draws = test[kind], { mean, sd, n } = spread(draws);
    const above = draws.filter((x) => x >= test.range).length;
    const note = `± ${sd.toFixed(3)}, ${above} of ${n} draws at least as large`;
    return line(`the same with ${kind} entries`, mean, kind, note);
  };
  return [
    line("largest row range of what is left of EQKE", test.range, "range"),
    line("largest entry of what is left of EQKE", test.entry, "entry"),
    drawn("shuffled"),
    drawn("normal"),
    ...Object.entries(test.bounds).map(([name, bound]) =>
      line(`bound by ${name}`, bound, name, OF_RANK_ONE.has(name) ? "with rank one out" : undefined)
    ),
    line("bound by sigma1 of what is left, times sqrt(2)", norms.sigma1, "sigma1"),
    line("bound by the factors' sigma1, times sqrt(2)", norms.norms, "norms"),
    line("bound by the factors' Frobenius norms, times sqrt(2)", norms.frobenius, "frobenius"),
  ];
}

/** P16: undecided sequences under each arithmetic. */
export function rigourLines(run: ProofsRun): Line[] {
  return byFamily(run).flatMap(({ family, models }) => {
    const enumerated = models.filter(({ accuracy }) => accuracy.undecided !== undefined);
    if (enumerated.length === 0) return [];
    const name = familyTitle(family);
    const counted = models.flatMap(({ margins }) => margins ? [margins] : []);
    return [
      meanLine(
        `${name}: undecided by float32 sums of exact tables`,
        spread(enumerated.map(({ accuracy }) => accuracy.undecided!)),
        { digits: 1, note: "each then decided in exact arithmetic" },
      ),
      ...(counted[0]?.apriori ?? []).map(({ arithmetic }, i) =>
        meanLine(
          `${name}: undecided by a ${arithmetic}`,
          spread(counted.map(({ apriori }) => apriori[i].undecided)),
          {
            digits: 1,
            note: `a-priori bound ${
              largest(counted.map(({ apriori }) => apriori[i].bound)).toPrecision(2)
            } logits`,
          },
        )
      ),
      ...(counted[0]?.thresholds ?? []).map((threshold, i) =>
        meanLine(
          `${name}: margins within ${threshold}`,
          spread(counted.map(({ counts }) => counts[i])),
          { digits: 1 },
        )
      ),
    ];
  });
}

/** P5: how large each table is. */
export function tableLines(
  id: string,
  tables: readonly { title: string; data: ArrayLike<number> }[],
): Line[] {
  return tables.map(({ title, data }) =>
    numberLine(`${id}: ${title}, largest entry`, largestSize(data), { digits: 2 })
  );
}
