/** The uncertainty of a statistic, from samples drawn again out of the sample. @module */
import { exactly, expectForm, flag, integer, maybe, number, text, whole } from "../io/form.ts";
import { stream } from "./random.ts";
import { quantile } from "./statistics.ts";

/** How an interval is drawn. */
export type BootstrapOptions = {
  seed: number;
  /** By default 2,000. */
  resamples?: number;
  /** The share of resamples inside the interval, by default 0.95. */
  level?: number;
  /** The stream's name: two uses with one seed draw other numbers. */
  name?: string;
  /**
   * Moves each interval so that the mean of its resamples is the statistic of the sample, of which
   * every item counts once; false by default. For statistics that noise pulls to one side, such as
   * correlations of measured means: drawing again adds the noise of the sample a second time.
   */
  centred?: boolean;
};

const OPTIONS = exactly({
  seed: integer,
  resamples: maybe(whole(1)),
  level: maybe(number({ above: 0, below: 1 })),
  name: maybe(text),
  centred: maybe(flag),
});

/**
 * The percentile bootstrap interval of a statistic (Efron 1979). `groups`: indices of items; each
 * group is drawn from on its own, as often as it has members. `statistic` is given how often each
 * item was drawn, which it must not keep.
 */
export function bootstrapInterval(
  groups: readonly (readonly number[])[],
  statistic: (weights: Uint32Array) => number,
  options: BootstrapOptions,
): [low: number, high: number] {
  return bootstrapIntervals(groups, (weights) => [statistic(weights)], options)[0];
}

/**
 * The intervals of several statistics from the same resamples, as bootstrapInterval(). A difference
 * of two is a statistic of its own: its interval is narrower than those of the two suggest.
 */
export function bootstrapIntervals(
  groups: readonly (readonly number[])[],
  statistics: (weights: Uint32Array) => ArrayLike<number>,
  options: BootstrapOptions,
): [low: number, high: number][] {
  expectForm("resample", options, OPTIONS);
  const { seed, resamples = 2000, level = 0.95, name = "bootstrap", centred = false } = options;
  const random = stream(seed, name);
  const weights = new Uint32Array(groups.reduce((sum, group) => sum + group.length, 0));
  const rows: ArrayLike<number>[] = [];
  for (let r = 0; r < resamples; r++) {
    weights.fill(0);
    for (const group of groups) {
      for (let n = group.length; n > 0; n--) weights[group[random.int(group.length)]]++;
    }
    rows.push(statistics(weights));
  }
  const whole = centred ? statistics(weights.fill(1)) : undefined;
  return Array.from({ length: rows[0].length }, (_, s) => {
    const values = rows.map((row) => row[s]);
    const move = whole ? whole[s] - values.reduce((sum, x) => sum + x / resamples, 0) : 0;
    return [quantile(values, (1 - level) / 2) + move, quantile(values, (1 + level) / 2) + move];
  });
}
