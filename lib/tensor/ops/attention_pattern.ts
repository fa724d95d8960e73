/**
 * Attention scores and patterns written out, which the fused kernel never does. No gradients.
 * @module
 */
import source from "../../../kernels/attention_pattern.wgsl" with { type: "text" };
import { exactly, expectForm } from "../../io/form.ts";
import { expectTensors, sameShape } from "../expect.ts";
import { launch } from "../launch.ts";
import { withoutGradient } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { rowSlice } from "../views.ts";
import { sequenceChunks } from "./grid.ts";
import { headLayouts, type HeadOptions, HEADS } from "./heads.ts";

/** Bits of −∞ in float32. */
const MINUS_INFINITY = 0xff800000;
const OPTIONS = exactly(HEADS);

/**
 * q [batch, pos, n_heads · d_head], k [batch, pos, n_kv_heads · d_head], or [batch, pos, heads,
 * d_head] where d_head is no multiple of four → scores and pattern, both [batch, n_heads, pos, pos]. Scores
 * that the mask hides are −∞, as TransformerLens' hook_attn_scores has them; the pattern is 0 there
 * and sums to 1 in each row. Throws on other shapes, and on options out of range.
 */
export function attentionPattern(
  q: Tensor,
  k: Tensor,
  options: HeadOptions,
): { scores: Tensor; pattern: Tensor } {
  const action = "compute attention patterns";
  const { n_heads, scale = 1, window = 0 } = expectForm(action, options, OPTIONS);
  expectTensors(action, { q: [q], k: [k] });
  const [batch, pos] = q.shape;
  const axes = q.shape.length;
  if (
    axes !== k.shape.length || axes < 3 || axes > 4 || !sameShape(k.shape.slice(0, 2), [batch, pos])
  ) {
    throw new RangeError(
      `Cannot ${action}: expected q and k [batch, pos, ...] of one batch but found [${q.shape}] and ` +
        `[${k.shape}]: pass the whole sequence`,
    );
  }
  const { heads, share } = headLayouts(action, { q, k }, options);
  const shape = [batch, n_heads, pos, pos];
  const scores = empty(q.gpu, shape), pattern = empty(q.gpu, shape);
  const kernel = {
    name: "attention_pattern",
    source,
    entry: "main",
    constants: { HEAD4: heads.D4 },
  };
  const size = pos * Math.max(n_heads * scores.pitch, 4 * heads.ld);
  for (const [first, count] of sequenceChunks(q.gpu, "write out attention", { batch, size })) {
    const [from, to] = [q, k].map((t) => {
      const rows = t.rows / batch;
      return rowSlice(t, first * rows, count * rows);
    });
    const [part, softmax] = [scores, pattern].map((t) =>
      rowSlice(t, first * n_heads * pos, count * n_heads * pos)
    );
    launch(q.gpu, kernel, {
      tensors: { q: from, k: to, scores: part, pattern: softmax },
      params: {
        rows: part.rows,
        pos,
        n_heads,
        share,
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
