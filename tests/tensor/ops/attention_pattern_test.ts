// Fixtures: tests/fixtures/ops.py and llama_ops.py: scores (unmasked) and patterns of causal attention, global and with a window of 5.
import { assertEquals, assertThrows } from "@std/assert";
import { attentionPattern } from "../../../lib/tensor/ops/attention_pattern.ts";
import { upload, zeros } from "../../../lib/tensor/tensor.ts";
import { assertClose, fixture } from "../../util.ts";
import { devices } from "../gpu_util.ts";

const pt = { ...await fixture("ops"), ...await fixture("llama_ops") };
const { gpu } = devices[0];

for (
  const kind of [
    "attention_global",
    "attention_global_scaled",
    "attention_local",
    "attention_local_scaled",
    "grouped_global",
    "grouped_odd",
  ]
) {
  Deno.test(`attentionPattern() equals PyTorch, ${kind}`, async () => {
    const of = (name: string) => pt[`${kind}.${name}`];
    const [batch, pos, n_heads, d_head] = of("q").shape;
    const n_kv_heads = of("k").shape[2];
    const [q, k] = ["q", "k"].map((name) => {
      const { shape, data } = of(name), beside = [batch, pos, shape[2] * d_head];
      return upload(gpu, { shape: d_head % 4 === 0 ? beside : shape, data });
    });
    const [scale, window] = ["scale", "window"].map((name) => of(name).data[0]);
    const found = attentionPattern(q, k, { n_heads, n_kv_heads, scale, window });
    const pattern = await found.pattern.read(), scores = await found.scores.read();
    assertClose(pattern, of("pattern"), { name: "pattern", rtol: 1e-5 });
    const seen = (i: number) => pattern[i] > 0;
    assertEquals(scores.filter((_, i) => !seen(i)).every((score) => score === -Infinity), true);
    const visible = [...scores.keys()].filter(seen);
    assertClose(visible.map((i) => scores[i]), visible.map((i) => of("scores").data[i]), {
      name: "scores",
      rtol: 1e-5,
    });
  });
}

Deno.test("attentionPattern() refuses other shapes, and options out of range, before the GPU does", () => {
  const refused = (shape: number[], options: object, says: string) => {
    const [q, k] = [zeros(gpu, shape), zeros(gpu, shape)];
    const run = () => attentionPattern(q, k, { n_heads: 2, ...options });
    assertThrows(run, RangeError, `Cannot compute attention patterns: expected ${says}`);
  };
  refused([3, 8], {}, "q and k [batch, pos, ...] of one batch");
  refused(
    [1, 3, 6],
    {},
    "q of 2 heads and k of 2, [batch, pos, heads · d_head] with d_head a multiple of 4",
  );
  refused([1, 3, 8], { n_kv_heads: 3 }, "n_kv_heads to divide 2 heads");
  refused([1, 3, 8], { n_heads: -2 }, "n_heads to be a whole number from 1");
  refused([1, 3, 8], { window: -1 }, "window to be a whole number from 0");
  refused([1, 3, 8], { scale: NaN }, "scale to be a finite number");
  refused(
    [1, 3, 8],
    { positions: zeros(gpu, [1], "u32") },
    "one of n_heads, n_kv_heads, scale, window",
  );
});
