/**
 * What changed between two models, latent by latent: interactions, and what they are held against.
 *
 *   hub_i = Σ_j |ΔI_ij|        relative hub_i = hub_i / Σ_j (I_ij before + I_ij after)
 *
 * Derived here; the rivals are the changes of rate, activation and main effect of the same latents
 * on the same text.
 * @module
 */
import type { InteractionTables } from "./tables.ts";

/** Scores of latents: the larger, the more a latent changed. */
export const CHANGE_SCORES = [
  "hub",
  "relative_hub",
  "hub_after",
  "hub_before",
  "rate",
  "log_rate",
  "activation",
  "relative_activation",
  "main",
  "relative_main",
] as const;
/** The name of a score of change. */
export type ChangeScore = typeof CHANGE_SCORES[number];

/** A rate of 0 counts as this many firings, so that its logarithm exists. */
const FIRINGS = 0.5;

/** [d_sae] each. Throws on tables of unlike dictionaries. */
export function changeScores(
  before: InteractionTables,
  after: InteractionTables,
): Record<ChangeScore, Float64Array> {
  const { d_sae } = before;
  if (after.d_sae !== d_sae) {
    throw new RangeError(
      `Cannot compare interactions: expected ${d_sae} latents in both models but found ` +
        `${after.d_sae}: measure both with one dictionary`,
    );
  }
  const change = after.pairs.map((value, at) => Math.abs(value - before.pairs[at]));
  const hub = rowSums(change, d_sae);
  const [hub_before, hub_after] = [before, after].map(({ pairs }) => rowSums(pairs, d_sae));
  const difference = (name: "rate" | "activation" | "main") =>
    after[name].map((value, i) => Math.abs(value - before[name][i]));
  const relative = (name: "activation" | "main") =>
    difference(name).map((value, i) => ratio(value, after[name][i] + before[name][i]));
  return {
    hub,
    relative_hub: hub.map((value, i) => ratio(value, hub_before[i] + hub_after[i])),
    hub_after,
    hub_before,
    rate: difference("rate"),
    log_rate: after.rate.map((rate, i) =>
      Math.abs(logRate(rate, after.tokens) - logRate(before.rate[i], before.tokens))
    ),
    activation: difference("activation"),
    relative_activation: relative("activation"),
    main: difference("main"),
    relative_main: relative("main"),
  };
}

/** Σ|ΔI| over Σ I of the model after: how much of all interaction is new or gone. */
export function changedShare(before: InteractionTables, after: InteractionTables): number {
  let change = 0, whole = 0;
  after.pairs.forEach((value, at) => {
    change += Math.abs(value - before.pairs[at]);
    whole += value;
  });
  return ratio(change, whole);
}

function logRate(rate: number, tokens: number): number {
  return Math.log(Math.max(rate, FIRINGS / tokens));
}

function rowSums(table: Float64Array, d_sae: number): Float64Array {
  return Float64Array.from({ length: d_sae }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < d_sae; j++) sum += table[i * d_sae + j];
    return sum;
  });
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
