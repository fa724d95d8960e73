/** A Max-of-K model that nobody trained: what a plan is measured on. @module */
import type { MaxOfKConfig, MaxOfKModel } from "../../lib/proofs/max_of_k.ts";
import { stream } from "../../lib/numerics/random.ts";

/**
 * The score of the largest token, that of token 0 being 0: as in models trained on 64 tokens,
 * whatever v is.
 */
const RANGE = 51;

/**
 * Attends to the largest token and copies it, with noise in every matrix: right on most sequences,
 * as the cost of a search depends on how much there is to certify. Needs d_model >= 3 and d_head >=
 * 2.
 */
export function plannedModel(config: MaxOfKConfig): MaxOfKModel {
  const { d_vocab: v, d_model: d, d_head: h, n_ctx: K } = config;
  const random = stream(0, "model for a plan");
  const W_E = random.normals(v * d, 1 / Math.sqrt(d - 2)), W_pos = random.normals(K * d, 0.01);
  const W_Q = random.normals(d * h, 0.01), W_K = random.normals(d * h, 0.01);
  const W_V = random.normals(d * h, 0.02), W_O = random.normals(h * d, 0.02);
  const W_U = new Float32Array(d * v);
  // Direction 0 is 1 in every query, direction 1 the token's size; the others tell tokens apart.
  for (let t = 0; t < v; t++) {
    W_E[t * d] = 0;
    W_E[t * d + 1] = t / v;
    for (let c = 2; c < d; c++) W_U[c * v + t] = W_E[t * d + c];
  }
  for (let i = 0; i < K; i++) {
    W_pos[i * d] = 1;
    W_pos[i * d + 1] = 0;
  }
  W_Q[0] = Math.sqrt(h);
  W_K[h] = RANGE;
  for (let c = 2; c < d && c - 2 < h; c++) {
    W_V[c * h + c - 2] += 5;
    W_O[(c - 2) * d + c] += 4;
  }
  return { config, W_E, W_pos, W_Q, W_K, W_V, W_O, W_U };
}
