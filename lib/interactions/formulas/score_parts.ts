/**
 * Attention scores before the softmax as sums over pairs of features, exactly:
 *
 *   s_qk = Σ_ij f_i(q) f_j(k) Ω_ij + Σ_i f_i(q) β_i + Σ_j f_j(k) γ_j + const
 *   Ω_ij = (d_i W_Q) · (d_j W_K) / scale,   q₀ = b W_Q + b_Q,   k₀ = b W_K + b_K
 *   β_i = (d_i W_Q) · k₀ / scale,   γ_j = q₀ · (d_j W_K) / scale,   const = q₀ · k₀ / scale
 *
 * f_i(q) f_j(k) Ω_ij is the mixed difference of the score (Feature-Resolved Attention, GitHub
 * chainik1125/fra). The β terms and const are the same for all keys: softmax does not see them.
 *
 * @module
 */
import { dot, mix } from "./vectors.ts";

type Rows = readonly ArrayLike<number>[];

/** One head: W_Q, W_K [d_model][d_head], b_Q, b_K [d_head]. */
export type QueryKeyHead = {
  W_Q: Rows;
  W_K: Rows;
  b_Q: ArrayLike<number>;
  b_K: ArrayLike<number>;
  /** What scores are divided by: √d_head, or 1 in the GPT-Neo family. */
  scale: number;
};

/** W_dec [features][d_model] and b [d_model], which stands beside all features and is never off. */
export type AttentionInput = { W_dec: Rows; b: ArrayLike<number> };

/**
 * Ω [features][features], query features down and key features across; β, γ [features].
 */
export type ScoreParts = {
  omega: Float64Array[];
  beta: Float64Array;
  gamma: Float64Array;
  constant: number;
};

/** A linear map of a query's or key's vector at its position, such as a rotary embedding. */
export type Turn = (x: Float64Array) => Float64Array;

/**
 * The parts of one head's scores. With rotary embeddings they depend on where q and k stand: `turn`
 * is then what these positions do to a query and a key (without it: nothing).
 */
export function scoreParts(
  { W_Q, W_K, b_Q, b_K, scale }: QueryKeyHead,
  { W_dec, b }: AttentionInput,
  turn: { query: Turn; key: Turn } = { query: (x) => x, key: (x) => x },
): ScoreParts {
  const queries = W_dec.map((d) => turn.query(mix(d, W_Q)));
  const keys = W_dec.map((d) => turn.key(mix(d, W_K)));
  const q0 = turn.query(mix(b, W_Q).map((x, n) => x + b_Q[n]));
  const k0 = turn.key(mix(b, W_K).map((x, n) => x + b_K[n]));
  return {
    omega: queries.map((query) => Float64Array.from(keys, (key) => dot(query, key) / scale)),
    beta: Float64Array.from(queries, (query) => dot(query, k0) / scale),
    gamma: Float64Array.from(keys, (key) => dot(q0, key) / scale),
    constant: dot(q0, k0) / scale,
  };
}

/** s_qk from its parts, f_q and f_k [features] the acts at both positions. */
export function scoreOf(
  { omega, beta, gamma, constant }: ScoreParts,
  f_q: ArrayLike<number>,
  f_k: ArrayLike<number>,
): number {
  return dot(f_q, omega.map((row) => dot(row, f_k))) + dot(f_q, beta) + dot(gamma, f_k) + constant;
}

/** A row of scores less its mean over the keys, all that softmax sees of it. */
export function centredRow(scores: ArrayLike<number>): Float64Array {
  let mean = 0;
  for (let k = 0; k < scores.length; k++) mean += scores[k] / scores.length;
  return Float64Array.from(scores, (s) => s - mean);
}

/** exp(s_k) / Σ exp(s), of scores of any size; −Infinity is a masked key. */
export function softmax(scores: ArrayLike<number>): Float64Array {
  let most = -Infinity;
  for (let k = 0; k < scores.length; k++) most = Math.max(most, scores[k]);
  const masses = Float64Array.from(scores, (s) => Math.exp(s - most));
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return masses.map((mass) => mass / total);
}
