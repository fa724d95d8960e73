/**
 * Attention that does not see some tokens: from behind them no query of any head reads their keys and
 * values, and what is left of its pattern is renormalised,
 *
 *   z'_q = Σ_{k not hidden} A_qk v_k / Σ_{k not hidden} A_qk
 *
 * so that nothing that was read there reaches a later token (after the attention knockout of Geva et
 * al. 2023, arXiv 2304.14767). Whatever edit of these tokens removes most leaves as much behind.
 * @module
 */
import type { LanguageModel } from "../language_model.ts";
import { runWithCache } from "../run_with_cache.ts";
import { readTensors } from "../../tensor/read.ts";
import { editsOfShift, type Shift } from "./shift.ts";
import type { Span } from "./span.ts";

/**
 * What has to be subtracted at every `hook_z` so that the tokens of `spans`, one a sequence of `pos`
 * tokens, are hidden: block by block, each with the blocks before it edited already.
 */
export async function hiddenKeys(
  model: LanguageModel,
  { sequences, pos }: { sequences: readonly Uint32Array[]; pos: number },
  spans: readonly Span[],
): Promise<Shift> {
  const shift: Shift = new Map();
  for (let layer = 0; layer < model.config.n_layers; layer++) {
    const name = `blocks.${layer}.attn`;
    const wanted = [`${name}.hook_pattern`, `${name}.hook_v`];
    using held = editsOfShift(model.gpu, shift);
    const { logits, cache } = runWithCache(model, sequences, wanted, { edits: held.edits });
    using _logits = logits;
    using pattern = cache.get(wanted[0])!;
    using v = cache.get(wanted[1])!;
    const [, n_heads] = pattern.shape, [, , n_kv_heads, d_head] = v.shape;
    const [A, values] = await readTensors([pattern, v]);
    const width = n_heads * d_head, data = new Float32Array(sequences.length * pos * width);
    spans.forEach(([from, to], s) => {
      for (let head = 0; head < n_heads; head++) {
        const from_v = Math.floor(head * n_kv_heads / n_heads);
        const value = (k: number, c: number) =>
          values[((s * pos + k) * n_kv_heads + from_v) * d_head + c];
        for (let q = to; q < pos; q++) {
          const weights = A.subarray(((s * n_heads + head) * pos + q) * pos).subarray(0, pos);
          const row = lost(weights, value, { from, to, d_head });
          data.set(row, (s * pos + q) * width + head * d_head);
        }
      }
    });
    shift.set(`${name}.hook_z`, { width, data });
  }
  return shift;
}

/** z − z' of one query, [d_head]: `A` is its row of the pattern, [from, to) are hidden. */
export function lost(
  A: Float32Array,
  value: (k: number, c: number) => number,
  { from, to, d_head }: { from: number; to: number; d_head: number },
): Float64Array {
  const all = new Float64Array(d_head), seen = new Float64Array(d_head);
  let left = 0;
  A.forEach((weight, k) => {
    const hidden = k >= from && k < to;
    if (!hidden) left += weight;
    for (let c = 0; c < d_head; c++) {
      const part = weight * value(k, c);
      all[c] += part;
      if (!hidden) seen[c] += part;
    }
  });
  return all.map((z, c) => left > 0 ? z - seen[c] / left : 0);
}
