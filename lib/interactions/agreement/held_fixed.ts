/**
 * Which scores order pairs as ablation does, once other reasons for the same order are held fixed.
 *
 * Co-activation and the size of the two main effects order pairs much as their interaction does, so
 * that a score which holds no interaction at all agrees with ablation. The set of controls decides
 * what an agreement means: give each coefficient with the set that it was taken under.
 *
 * @module
 */
import { rankControls, rankResidualOrNone } from "../../numerics/partial_rank_correlation.ts";
import { type AgreementInput, expectColumns, mapColumns } from "./columns.ts";

/**
 * By set of controls, truth and metric: the partial Spearman coefficient, null for a metric that the
 * controls determine or that is the same for all pairs.
 */
export type Coefficients = Record<string, Record<string, Record<string, number | null>>>;

/**
 * Spearman's coefficient of every metric with every truth under each set of controls; each ranking
 * is taken once. Throws on a truth that the controls determine, on a constant control, and on too
 * few pairs.
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { heldFixed } from "./held_fixed.ts";
 * const truths = { ablation: [1, 2, 3, 4, 5] }, metrics = { ours: [1, 2, 3, 5, 4] };
 * const { raw } = heldFixed({ metrics, truths, controls: { raw: {} } });
 * assertAlmostEquals(raw.ablation.ours!, 0.9, 1e-12);
 * ```
 */
export function heldFixed(input: AgreementInput): Coefficients {
  const pairs = expectColumns("compare rankings", input);
  return Object.fromEntries(
    Object.entries(input.controls).map(([set, controls]) => {
      const held = rankControls(Object.values(controls), { rows: pairs });
      const metrics = mapColumns(input.metrics, (values) => rankResidualOrNone(held, values));
      const rows = mapColumns(input.truths, (values, name) => {
        const truth = rankResidualOrNone(held, values);
        if (!truth) refuseTruth(name, set);
        return Object.fromEntries(
          Object.entries(metrics).map(([metric, left]) => [metric, left ? dot(left, truth) : null]),
        );
      });
      return [set, rows];
    }),
  );
}

function refuseTruth(name: string, set: string): never {
  throw new RangeError(
    `Cannot compare rankings: expected a truth that the controls leave something of but found ` +
      `${name} constant, or a function of ${set}: leave it out`,
  );
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return Math.max(-1, Math.min(1, sum));
}
