/**
 * Causal attention in float64, every head by itself:
 *
 *   scores[i,j] = scale q[i]·k[j]     pattern[i] = softmax over the visible j     z[i] = Σ_j pattern[i,j] v[j]
 *
 * Query i sees the keys i - window < j <= i, all j <= i when window is 0 (GPT-Neo's global and local
 * attention; GPT-Neo has scale 1). Query head h reads head floor(h n_kv_heads / n_heads) of keys and
 * values. Tensors are laid out as TransformerLens' hooks: q and z [batch, pos, n_heads, d_head], k and v
 * [batch, pos, n_kv_heads, d_head], pattern [batch, n_heads, pos, pos] with 0 where a key is hidden.
 *
 * @module
 */

export type AttentionOptions = {
  /** batch, pos, n_heads, d_head */
  shape: [number, number, number, number];
  /** n_heads by default. */
  n_kv_heads?: number;
  scale?: number;
  window?: number;
};
export type Qkv = { q: ArrayLike<number>; k: ArrayLike<number>; v: ArrayLike<number> };

/** q, k, v → z, pattern, and the scores where visible, -Infinity elsewhere (hook_attn_scores). */
export function attention({ q, k, v }: Qkv, options: AttentionOptions) {
  const [batch, pos, n_heads, d_head] = options.shape;
  const { scale = 1 } = options;
  const [at, atKey] = indexers(options);
  const scores = new Float64Array(batch * n_heads * pos * pos).fill(-Infinity);
  const pattern = new Float64Array(scores.length);
  const z = new Float64Array(q.length);
  for (const { b, h, i, keys, row } of queries(options)) {
    for (const j of keys) {
      scores[row + j] = 0;
      for (let d = 0; d < d_head; d++) {
        scores[row + j] += scale * q[at(b, i, h, d)] * k[atKey(b, j, h, d)];
      }
    }
    const largest = keys.reduce((most, j) => Math.max(most, scores[row + j]), -Infinity);
    let sum = 0;
    for (const j of keys) sum += Math.exp(scores[row + j] - largest);
    for (const j of keys) {
      pattern[row + j] = Math.exp(scores[row + j] - largest) / sum;
      for (let d = 0; d < d_head; d++) z[at(b, i, h, d)] += pattern[row + j] * v[atKey(b, j, h, d)];
    }
  }
  return { z, pattern, scores };
}

/** q, k, v and grad_z [batch, pos, n_heads, d_head] → grad_q, grad_k, grad_v of that shape. */
export function attentionGrad(
  { q, k, v }: Qkv,
  grad_z: ArrayLike<number>,
  options: AttentionOptions,
) {
  const { scale = 1, shape: [, , , d_head] } = options;
  const [at, atKey] = indexers(options);
  const { pattern } = attention({ q, k, v }, options);
  const grad_q = new Float64Array(q.length);
  const grad_k = new Float64Array(k.length);
  const grad_v = new Float64Array(k.length);
  for (const { b, h, i, keys, row } of queries(options)) {
    const grad_pattern = new Map<number, number>();
    let mean = 0; // of grad_pattern under the pattern
    for (const j of keys) {
      let dot = 0;
      for (let d = 0; d < d_head; d++) {
        dot += grad_z[at(b, i, h, d)] * v[atKey(b, j, h, d)];
        grad_v[atKey(b, j, h, d)] += pattern[row + j] * grad_z[at(b, i, h, d)];
      }
      grad_pattern.set(j, dot);
      mean += pattern[row + j] * dot;
    }
    for (const j of keys) {
      const grad_score = pattern[row + j] * (grad_pattern.get(j)! - mean);
      for (let d = 0; d < d_head; d++) {
        grad_q[at(b, i, h, d)] += scale * grad_score * k[atKey(b, j, h, d)];
        grad_k[atKey(b, j, h, d)] += scale * grad_score * q[at(b, i, h, d)];
      }
    }
  }
  return { grad_q, grad_k, grad_v };
}

/** Where a number of a query's head lies in q, and of the head that it reads in k. */
function indexers({ shape: [, pos, n_heads, d_head], n_kv_heads = n_heads }: AttentionOptions) {
  const of = (n: number) => (b: number, i: number, h: number, d: number) =>
    ((b * pos + i) * n + Math.floor(h * n / n_heads)) * d_head + d;
  return [of(n_heads), of(n_kv_heads)];
}

/** Every query of every head: its visible keys, and where its row of the pattern begins. */
function* queries({ shape: [batch, pos, n_heads], window = 0 }: AttentionOptions) {
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < n_heads; h++) {
      for (let i = 0; i < pos; i++) {
        const first = window === 0 ? 0 : Math.max(0, i - window + 1);
        const keys = Array.from({ length: i + 1 - first }, (_, n) => first + n);
        yield { b, h, i, keys, row: ((b * n_heads + h) * pos + i) * pos };
      }
    }
  }
}
