/**
 * How sure a rank agreement is: intervals from documents drawn again, and from pairs drawn again.
 *
 * Documents carry the noise of the measurement: tokens of one text are not independent. Pairs carry
 * the choice of the sample. Both take every rank and every residual anew in each resample.
 *
 * @module
 */
import { exactly, expectForm, integer, maybe, number, text, whole } from "../../io/form.ts";
import { bootstrapIntervals, type BootstrapOptions } from "../../numerics/bootstrap.ts";
import { type AgreementInput, expectColumns, takePairs } from "./columns.ts";
import { type Coefficients, coefficientsOf, heldFixed, rankMetrics } from "./held_fixed.ts";
import { type Measured, pairMeans } from "./measured.ts";

export type IntervalOptions = Omit<BootstrapOptions, "centred"> & {
  /** A metric that all are held against: intervals of coefficient - its coefficient come too. */
  against?: string;
};

const OPTIONS = exactly({
  seed: integer,
  resamples: maybe(whole(1)),
  level: maybe(number({ above: 0, below: 1 })),
  name: maybe(text),
  against: maybe(text),
});

/** By set of controls, truth and metric. */
export type Intervals = Record<string, Record<string, Record<string, Interval>>>;
export type Interval = {
  coefficient: number;
  low: number;
  high: number;
  /** Against the named metric. */
  difference?: { value: number; low: number; high: number };
};

/**
 * Intervals of heldFixed() over pairs: pairs are drawn again, with all that belongs to them. What
 * the controls determine, of all pairs or of those of a resample, has no interval and is left out.
 */
export function pairIntervals(input: AgreementInput, options: IntervalOptions): Intervals {
  const pairs = expectColumns("resample pairs", input);
  const group = Array.from({ length: pairs }, (_, p) => p);
  const resampled = (weights: Uint32Array) => {
    const rows = new Uint32Array(pairs);
    for (let p = 0, at = 0; p < pairs; at += weights[p++]) rows.fill(p, at, at + weights[p]);
    return heldFixed({
      metrics: takePairs(input.metrics, rows),
      truths: takePairs(input.truths, rows),
      controls: mapSets(input.controls, (set) => takePairs(set, rows)),
    });
  };
  return intervals(heldFixed(input), resampled, { ...options, group });
}

/**
 * Intervals of heldFixed() over documents: the texts of the ground truth are drawn again, and the
 * means of every pair taken over what was drawn; pairs that no drawn text holds are left out of that
 * resample. Metrics and controls, which come from other texts, stay as they are. Intervals are centred:
 * means over drawn texts carry the noise of the measurement twice, which pulls coefficients to 0.
 */
export function documentIntervals(
  { metrics, controls }: Omit<AgreementInput, "truths">,
  measured: Measured,
  options: IntervalOptions,
): Intervals {
  const { document } = measured;
  const number = new Map([...new Set(Array.from(document))].map((d, at) => [d, at]));
  const at = Uint32Array.from(document, (d) => number.get(d)!);
  const group = Array.from(number.values());
  const all = rankMetrics({ metrics, controls });
  const agreement = (weights?: ArrayLike<number>) => {
    const means = pairMeans(measured, weights);
    const [first] = Object.values(means);
    const rows = Array.from(first, (_, p) => p).filter((p) => !Number.isNaN(first[p]));
    if (rows.length === first.length) return coefficientsOf(means, all);
    const ranked = rankMetrics({
      metrics: takePairs(metrics, rows),
      controls: mapSets(controls, (set) => takePairs(set, rows)),
    });
    return coefficientsOf(takePairs(means, rows), ranked);
  };
  const resampled = (weights: Uint32Array) => agreement(at.map((d) => weights[d]));
  return intervals(agreement(), resampled, { ...options, group, centred: true });
}

function intervals(
  whole: Coefficients,
  resampled: (weights: Uint32Array) => Coefficients,
  { group, centred, ...given }: IntervalOptions & { group: number[]; centred?: boolean },
): Intervals {
  const { against, ...options } = expectForm("give intervals of agreement", given, OPTIONS);
  const cells = Object.entries(whole).flatMap(([set, truths]) =>
    Object.entries(truths).flatMap(([truth, metrics]) =>
      Object.keys(metrics).filter((metric) => metrics[metric] !== null)
        .map((metric) => ({ set, truth, metric }))
    )
  );
  if (against !== undefined) cells.forEach((cell) => otherOf(whole, cell, against));
  const determined = new Set<number>();
  const values = (from: Coefficients) => {
    const valueOf = (name: string, c: number): number => {
      const value = from[cells[c].set][cells[c].truth][name];
      if (value === null) determined.add(c);
      return value ?? 0;
    };
    const own = cells.map(({ metric }, c) => valueOf(metric, c));
    if (against === undefined) return own;
    return [...own, ...own.map((value, c) => value - valueOf(against, c))];
  };
  const drawn = { ...options, centred };
  const ends = bootstrapIntervals([group], (weights) => values(resampled(weights)), drawn);
  const result: Intervals = {};
  values(whole).slice(0, cells.length).forEach((coefficient, c) => {
    if (determined.has(c)) return;
    const { set, truth, metric } = cells[c];
    const [low, high] = ends[c].map((end) => Math.max(-1, Math.min(1, end)));
    const interval: Interval = { coefficient, low, high };
    if (against !== undefined) {
      const [low, high] = ends[cells.length + c];
      const value = coefficient - otherOf(whole, cells[c], against);
      interval.difference = { value, low, high };
    }
    ((result[set] ??= {})[truth] ??= {})[metric] = interval;
  });
  return result;
}

function otherOf(
  from: Coefficients,
  { set, truth }: { set: string; truth: string },
  against: string,
): number {
  const other = from[set][truth][against];
  if (typeof other === "number") return other;
  throw new RangeError(
    `Cannot compare metrics: expected a coefficient of ${against} under ${set} but found none: ` +
      "hold them against another metric",
  );
}

function mapSets(
  sets: AgreementInput["controls"],
  value: (set: AgreementInput["controls"][string]) => AgreementInput["controls"][string],
): AgreementInput["controls"] {
  return Object.fromEntries(Object.entries(sets).map(([name, set]) => [name, value(set)]));
}
