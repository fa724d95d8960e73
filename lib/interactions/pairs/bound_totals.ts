/** What all neurons of a block add up to over a text: excess, bounds, and how tight these are. @module */
import type { NeuronScores } from "./neuron_scores.ts";
import {
  NEURON_MAXIMA,
  NEURON_SUMS,
  NEURON_VIOLATIONS,
  type NeuronMaximum,
  type NeuronSum,
  type NeuronViolation,
  RATIO_BINS,
  RATIO_BOUNDS,
  type RatioBound,
} from "./neuron_sums.ts";

/**
 * Of one block on one text; neuron_sums.ts says what the names stand for.
 *
 *   excess_fraction   mean over tokens of ‖R‖ / ‖MLP(x) − MLP without the active latents‖
 *   singles_cosine    mean over tokens of the cosine between that change and the sum of single effects
 *   dominant_share    mean over neuron-tokens of max|a| / Σ|a|; sign_flips: the share of them whose sign
 *                     some single removal turns; kink_gate: with |E| > 1e-4 out of the reach of a kink
 *   sums              a token; over_excess: the same over Σ_k ‖w_out,k‖ |E_k|
 *   ratios            counts of bound / |E| by bin of its logarithm; quantiles of them at 5, 50, 95 %
 *
 * Tokens without any effect are left out of the first two.
 */
export type BoundTotals = {
  tokens: number;
  neuron_tokens: number;
  excess_fraction: number;
  singles_cosine: number;
  dominant_share: number;
  sign_flips: number;
  kink_gate: number;
  sums: Record<NeuronSum, number>;
  over_excess: Record<NeuronSum, number>;
  maxima: Record<NeuronMaximum, number>;
  violations: Record<NeuronViolation, number>;
  ratios: Record<RatioBound, number[]>;
  quantiles: Record<RatioBound, number[]>;
};

/** Puts the parts of a text together. Throws where no latent does anything at any token. */
export function boundTotals(parts: readonly NeuronScores[]): BoundTotals {
  const total = (of: (part: NeuronScores) => number) =>
    parts.reduce((sum, part) => sum + of(part), 0);
  const tokens = total((part) => part.tokens), neuron_tokens = total((part) => part.neuron_tokens);
  const sums = record(
    NEURON_SUMS,
    (name) => total(({ sums }) => sums[name].reduce((a, b) => a + b, 0)),
  );
  const { counted, fraction, cosine } = fractions(parts);
  if (counted === 0) {
    throw new RangeError(
      `Cannot add up bounds: expected active latents that do something but found none on ${tokens} ` +
        "tokens: take a text on which the crosscoder is active",
    );
  }
  const violations = record(NEURON_VIOLATIONS, (name) => total((part) => part.violations[name]));
  const ratios = record(
    RATIO_BOUNDS,
    (name) => Array.from({ length: RATIO_BINS.count }, (_, b) => total((p) => p.ratios[name][b])),
  );
  return {
    tokens,
    neuron_tokens,
    excess_fraction: fraction / counted,
    singles_cosine: cosine / counted,
    dominant_share: sums.share / sums.neurons,
    sign_flips: sums.flips / sums.neurons,
    kink_gate: violations.kink_gate / neuron_tokens,
    sums: record(NEURON_SUMS, (name) => sums[name] / tokens),
    over_excess: record(NEURON_SUMS, (name) => sums[name] / sums.excess),
    maxima: record(NEURON_MAXIMA, (name) => Math.max(...parts.map((part) => part.maxima[name]))),
    violations,
    ratios,
    quantiles: record(
      RATIO_BOUNDS,
      (name) => [0.05, 0.5, 0.95].map((q) => quantileOfBins(ratios[name], q)),
    ),
  };
}

/** Sums over tokens of ‖R‖ / ‖effect‖ and of the cosine of effect − R with effect. */
function fractions(
  parts: readonly NeuronScores[],
): { counted: number; fraction: number; cosine: number } {
  let counted = 0, fraction = 0, cosine = 0;
  for (const { R, effect, tokens } of parts) {
    const d_model = R.length / tokens;
    for (let t = 0; t < tokens; t++) {
      let rr = 0, ee = 0, se = 0, ss = 0;
      for (let at = t * d_model; at < (t + 1) * d_model; at++) {
        const single = effect[at] - R[at];
        rr += R[at] ** 2;
        ee += effect[at] ** 2;
        se += single * effect[at];
        ss += single ** 2;
      }
      if (ee === 0) continue;
      counted++;
      fraction += Math.sqrt(rr / ee);
      cosine += ss > 0 ? se / Math.sqrt(ss * ee) : 0;
    }
  }
  return { counted, fraction, cosine };
}

/** The quantile of log10 is taken evenly within its bin; NaN never stands in JSON, so 0 without counts. */
function quantileOfBins(counts: readonly number[], q: number): number {
  const wanted = q * counts.reduce((a, b) => a + b, 0);
  let below = 0;
  for (const [b, count] of counts.entries()) {
    if (count > 0 && below + count >= wanted) {
      const place = b + (wanted - below) / count;
      return 10 ** (RATIO_BINS.from + place * RATIO_BINS.width);
    }
    below += count;
  }
  return 0;
}

function record<Name extends string, T>(
  names: readonly Name[],
  value: (name: Name) => T,
): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, T>;
}
