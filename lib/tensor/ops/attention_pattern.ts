/**
 * Attention scores and patterns written out, which the fused kernel never does. No gradients.
 * @module
 */
import source from "../../../kernels/attention_pattern.wgsl" with { type: "text" };
import { exactly, expectForm } from "../../io/form.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { withoutGradient } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { rowSlice } from "../views.ts";
import { type AttentionOptions, HEADS } from "./attention.ts";
import { sequenceChunks } from "./grid.ts";

/** Bits of −∞ in float32. */
const MINUS_INFINITY = 0xff800000;
const OPTIONS = exactly(HEADS);

/**
 * q, k [batch, pos, n_heads · d_head] → scores and pattern, both [batch, n_heads, pos, pos]. Scores
 * that the mask hides are −∞, as TransformerLens' hook_attn_scores has them; the pattern is 0 there
 * and sums to 1 in each row. Throws on other shapes, and on options out of range.
 */
export function attentionPattern(
  q: Tensor,
  k: Tensor,
  options: Omit<AttentionOptions, "positions">,
): { scores: Tensor; pattern: Tensor } {
  const action = "compute attention patterns";
  const { n_heads, scale = 1, window = 0 } = expectForm(action, options, OPTIONS);
  expectTensors(action, { q: [q], k: [k] });
  const [batch, pos] = q.shape;
  const d_head = q.columns / n_heads;
  const fits = q.shape.length === 3 && q.shape.join() === k.shape.join() && d_head % 4 === 0;
  if (!fits) {
    throw new RangeError(
      `Cannot ${action}: expected q and k [batch, pos, heads · d_head] of one shape, d_head a ` +
        `multiple of four, but found [${q.shape}], [${k.shape}] and ${n_heads} heads: pass the whole sequence`,
    );
  }
  const shape = [batch, n_heads, pos, pos];
  const scores = empty(q.gpu, shape), pattern = empty(q.gpu, shape);
  const kernel = {
    name: "attention_pattern",
    source,
    entry: "main",
    constants: { HEAD4: d_head / 4 },
  };
  const size = pos * Math.max(n_heads * scores.pitch, q.pitch);
  for (const [first, count] of sequenceChunks(q.gpu, "write out attention", { batch, size })) {
    const [from, to] = [q, k].map((t) => rowSlice(t, first * pos, count * pos));
    const [part, share] = [scores, pattern].map((t) =>
      rowSlice(t, first * n_heads * pos, count * n_heads * pos)
    );
    launch(q.gpu, kernel, {
      tensors: { q: from, k: to, scores: part, pattern: share },
      params: {
        rows: part.rows,
        pos,
        n_heads,
        ld: scores.pitch,
        window: window === 0 ? pos : window,
        scale,
        minus_infinity: MINUS_INFINITY,
      },
      invocations: part.rows,
    });
  }
  for (const result of [scores, pattern]) withoutGradient("attentionPattern", result, [q, k]);
  return { scores, pattern };
}
