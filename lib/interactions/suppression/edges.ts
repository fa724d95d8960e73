/**
 * The other way from trigger to answer: attention. A term is what one head's later queries lose when
 * they cannot see the trigger's tokens, their patterns renormalised,
 *
 *   z_q − z'_q,   z'_q = Σ_{k not of the trigger} A_qk v_k / Σ_{k not of the trigger} A_qk
 *
 * whole edges from position to position, all features of both ends together (derived here).
 * @module
 */
import { lost } from "../../model/forced/hidden_keys.ts";
import type { Span } from "../../model/forced/span.ts";
import { runWithCache } from "../../model/run_with_cache.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { ReadPart } from "./read.ts";
import type { Terms } from "./terms.ts";

/** The terms of every head: item layer · n_heads + head. `spans`: the trigger in each sequence. */
export async function edgeTerms(
  model: LanguageModel,
  { sequences, pos }: Pick<ReadPart, "sequences" | "pos">,
  spans: readonly Span[],
): Promise<Terms[]> {
  const terms: Terms[] = [];
  for (let layer = 0; layer < model.config.n_layers; layer++) {
    const name = `blocks.${layer}.attn`;
    const wanted = [`${name}.hook_pattern`, `${name}.hook_v`];
    const { logits, cache } = runWithCache(model, sequences, wanted);
    logits.release();
    using pattern = cache.get(wanted[0])!;
    using v = cache.get(wanted[1])!;
    const [, , n_heads, d_head] = v.shape;
    const [A, values] = [await pattern.read(), await v.read()];
    const width = n_heads * d_head, item: number[] = [], token: number[] = [];
    const rows: Float32Array[] = [];
    spans.forEach(([from, to], s) => {
      for (let head = 0; head < n_heads; head++) {
        for (let q = to; q < pos; q++) {
          const weights = A.subarray(((s * n_heads + head) * pos + q) * pos).subarray(0, pos);
          const value = (k: number, c: number) =>
            values[((s * pos + k) * n_heads + head) * d_head + c];
          const row = new Float32Array(width);
          row.set(lost(weights, value, { from, to, d_head }), head * d_head);
          rows.push(row);
          item.push(layer * n_heads + head);
          token.push(s * pos + q);
        }
      }
    });
    const data = new Float32Array(rows.length * width);
    rows.forEach((row, n) => data.set(row, n * width));
    terms.push({
      hook: `${name}.hook_z`,
      width,
      item: Uint32Array.from(item),
      token: Uint32Array.from(token),
      rows: data,
    });
  }
  return terms;
}
