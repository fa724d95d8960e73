/**
 * AND or inhibition? The mixed difference of two latents at a neuron is positive where both together
 * send more than the sum of each (an AND), negative where they hold each other back. A pair meets
 * hundreds of neurons, so it has a share of either.
 *
 *   positive = Σ_k ‖w_out,k‖ max(I_k, 0) / Σ_k ‖w_out,k‖ |I_k|        over all tokens where both are active
 *   steady   = ‖mean_t v(t)‖ / mean_t ‖v(t)‖, 1 where v = Σ_k I_k w_out,k is the same vector every time
 *
 * Derived here.
 *
 * @module
 */
import { mixedDifference } from "../formulas/mixed_difference.ts";
import { nonlinearity } from "../formulas/nonlinearity.ts";
import { norm } from "../formulas/vectors.ts";
import type { Mlp } from "../players/mlp.ts";

/** At one token: contributions of both latents to all neurons, and pre-activations; [d_mlp] each. */
export type PairToken = Record<"a" | "b" | "z", ArrayLike<number>>;

/** The sign of a pair, and how steady its vector is. */
export type PairSign = { positive: number; steady: number };

/** In the removal context, all others present. Throws on no token; 0.5 and 1 where nothing interacts. */
export function pairSign(
  { activation, W_out }: Pick<Mlp, "activation" | "W_out">,
  tokens: readonly PairToken[],
): PairSign {
  if (tokens.length === 0) {
    throw new RangeError(
      "Cannot tell the sign of a pair: expected tokens where both are active but found none: " +
        "take a pair that meets",
    );
  }
  const phi = nonlinearity(activation), [d_mlp, d_model] = W_out.shape;
  const rows = Array.from(
    { length: d_mlp },
    (_, k) => W_out.data.subarray(k * d_model, (k + 1) * d_model),
  );
  const sizes = rows.map(norm);
  const sum = new Float64Array(d_model);
  let positive = 0, all = 0, lengths = 0;
  for (const { a, b, z } of tokens) {
    const v = new Float64Array(d_model);
    rows.forEach((row, k) => {
      const I = mixedDifference(phi, { a: a[k], b: b[k], c: z[k] - a[k] - b[k] });
      positive += Math.max(I, 0) * sizes[k];
      all += Math.abs(I) * sizes[k];
      for (let n = 0; n < d_model; n++) v[n] += I * row[n];
    });
    for (let n = 0; n < d_model; n++) sum[n] += v[n];
    lengths += norm(v);
  }
  return {
    positive: all > 0 ? positive / all : 0.5,
    steady: lengths > 0 ? norm(sum) / lengths : 1,
  };
}
