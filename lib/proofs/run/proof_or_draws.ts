/**
 * A proof against draws: from which length on do draws say more of a model's accuracy?
 *
 * Both are measured by their gap: accuracy minus lower bound; as an estimate by the error, of draws
 * the standard error, of a theorem with both ends the distance of their middle from the accuracy, of
 * one with a lower end its gap. Draws come from all sequences, answered from the proofs' own tables or
 * by a forward pass of the last query, or from N5's sets; their limits are those at the expected count.
 * Lengths are operations by the convention of tables/flops.ts.
 * @module
 */
import { expectedLimit } from "../../numerics/expected_limit.ts";
import type { MaxOfKConfig } from "../max_of_k.ts";
import { ratio } from "../prove.ts";
import { answerFlops } from "../sampling/answers.ts";
import { matmulFlops, softmaxFlops } from "../tables/flops.ts";
import type { ProofsSettings } from "./presets.ts";
import type { ModelResult, ProofRow } from "./results.ts";
import { drawnBy } from "./sampled.ts";

/** A way to draw: `once` operations, then `each` for every draw of the share. */
export interface Sampler {
  /** Operations before the first draw. */
  once: number;
  /** Operations of a draw. */
  each: number;
  /** The share of all sequences that is drawn from. */
  from: number;
  /** The share of those that is wrong. */
  share: number;
}

/** The three ways to draw from a model. */
export function samplersOf(
  model: Pick<ModelResult, "K" | "v" | "accuracy" | "sampled">,
  { d_model, d_head }: Pick<ProofsSettings, "d_model" | "d_head">,
): { tables: Sampler; forward: Sampler; sets: Sampler } {
  const { K, v, accuracy: { value } } = model, wrong = 1 - value;
  const config = { d_vocab: v, n_ctx: K, d_model, d_head };
  const all = drawnBy(model, "sampled"), sets = drawnBy(model, "sampled/N5");
  const open = 1 - ratio(BigInt(sets.certain), BigInt(v) ** BigInt(K));
  return {
    tables: { once: all.setFlops, each: answerFlops(config), from: 1, share: wrong },
    forward: { once: 0, each: forwardFlops(config), from: 1, share: wrong },
    sets: {
      once: sets.setFlops,
      each: sets.drawFlops / sets.draws,
      from: open,
      share: open > 0 ? Math.min(1, wrong / open) : 0,
    },
  };
}

/**
 * Operations of one answer by a forward pass of the last query that has the weights alone: keys and
 * values are mixed before W_K and W_V, which is the shortest.
 */
function forwardFlops(
  { d_vocab: v, n_ctx: K, d_model: d, d_head: h }: MaxOfKConfig,
): number {
  const scores = K * d + matmulFlops(1, d, h) + matmulFlops(1, h, d) + matmulFlops(1, d, K) + K;
  const mixed = softmaxFlops(K) + matmulFlops(1, K, d) + matmulFlops(1, d, h) +
    matmulFlops(1, h, d);
  return scores + mixed + d + matmulFlops(1, d, v) + v;
}

/** What a number of draws may be expected to miss. */
export type Miss = (sampler: Sampler, draws: number) => number;

/** Accuracy minus a bound that fails with a probability of at most alpha. */
export function gapAt(alpha: number): Miss {
  const limit = expectedLimit(alpha);
  return ({ from, share }, draws) => from * (limit(share, draws) - share);
}

/** The standard error of an estimate by a number of draws. */
export function errorOf({ from, share }: Sampler, draws: number): number {
  return from * Math.sqrt(share * (1 - share) / draws);
}

/** More draws than these are not looked for. */
const MOST_DRAWS = 2 ** 70;

/** The least operations by which draws have a gap, or an error, of at most `least`. */
export function reach(
  sampler: Sampler,
  least: number,
  of: Miss,
): { draws: number; flops: number } {
  let low = 0, high = Math.log2(MOST_DRAWS);
  if (of(sampler, 1) <= least) high = 0;
  for (let turn = 0; turn < 40 && high > low; turn++) {
    const middle = (low + high) / 2;
    if (of(sampler, 2 ** middle) <= least) high = middle;
    else low = middle;
  }
  const draws = 2 ** high;
  return { draws, flops: sampler.once + draws * sampler.each };
}

/** Gap and error of a theorem's row. */
export function missedBy(
  { bound, atMost }: Pick<ProofRow, "bound" | "atMost">,
  { accuracy: { value } }: Pick<ModelResult, "accuracy">,
): { gap: number; error: number } {
  const gap = Math.max(0, value - bound);
  return { gap, error: atMost === undefined ? gap : Math.abs((bound + atMost) / 2 - value) };
}
