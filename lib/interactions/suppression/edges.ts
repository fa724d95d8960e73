/**
 * The other way from trigger to answer: attention. A term is what one head's later queries lose when
 * they cannot see the trigger's tokens, their patterns renormalised,
 *
 *   z_q − z'_q,   z'_q = Σ_{k not of the trigger} A_qk v_k / Σ_{k not of the trigger} A_qk
 *
 * whole edges from position to position, all features of both ends together (derived here).
 * @module
 */
import { runWithCache } from "../../model/run_with_cache.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { ForcedPart } from "./read.ts";
import type { Terms } from "./terms.ts";

/** Tokens [from, to) of a prompt. */
export type Span = [from: number, to: number];

/** Where the longer prompt has what the other one, equal before and behind, has not. */
export function insertedSpan(longer: Uint32Array, other: Uint32Array): Span {
  const more = longer.length - other.length;
  let from = 0;
  while (from < other.length && longer[from] === other[from]) from++;
  const rest = other.subarray(from), behind = longer.subarray(from + more);
  if (more > 0 && behind.length === rest.length && behind.every((id, n) => id === rest[n])) {
    return [from, from + more];
  }
  throw new RangeError(
    "Cannot find a trigger: expected a prompt that is another one with tokens put in but found " +
      `${longer.length} and ${other.length} tokens that differ elsewhere: pass prompts of one story`,
  );
}

/** The terms of every head: item layer · n_heads + head. `spans`: the trigger in each sequence. */
export async function edgeTerms(
  model: LanguageModel,
  { sequences, pos }: Pick<ForcedPart, "sequences" | "pos">,
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

/** z − z' of one row, [d_head]. */
function lost(
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
