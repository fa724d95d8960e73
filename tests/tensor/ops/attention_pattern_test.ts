// Fixture: tests/fixtures/ops.py: scores (unmasked) and patterns of causal attention, global and with a window of 5.
import { assertEquals, assertThrows } from "@std/assert";
import { attentionPattern } from "../../../lib/tensor/ops/attention_pattern.ts";
import { upload, zeros } from "../../../lib/tensor/tensor.ts";
import { assertClose, fixture } from "../../util.ts";
import { devices } from "../gpu_util.ts";

const pt = await fixture("ops");
const { gpu } = devices[0];

for (const kind of ["global", "global_scaled", "local", "local_scaled"]) {
  Deno.test(`attentionPattern() equals PyTorch, ${kind}`, async () => {
    const of = (name: string) => pt[`attention_${kind}.${name}`];
    const [batch, pos, n_heads, d_head] = of("q").shape;
    const [q, k] = ["q", "k"].map((name) =>
      upload(gpu, { shape: [batch, pos, n_heads * d_head], data: of(name).data })
    );
    const [scale, window] = ["scale", "window"].map((name) => of(name).data[0]);
    const found = attentionPattern(q, k, { n_heads, scale, window });
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
  refused([3, 8], {}, "q and k [batch, pos, heads · d_head] of one shape");
  refused([1, 3, 6], {}, "q and k [batch, pos, heads · d_head] of one shape");
  refused([1, 3, 8], { n_heads: -2 }, "n_heads to be a whole number from 1");
  refused([1, 3, 8], { window: -1 }, "window to be a whole number from 0");
  refused([1, 3, 8], { scale: NaN }, "scale to be a finite number");
  refused([1, 3, 8], { positions: zeros(gpu, [1], "u32") }, "one of n_heads, scale, window");
});
