/**
 * A crosscoder of two models that begins the same in both.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { alikeInBoth } from "./alike_in_both.ts";
 * import { coderConfig } from "./coder_config.ts";
 * const array = (shape: number[], ...data: number[]) => ({ shape, data: Float32Array.from(data) });
 * const { arrays } = alikeInBoth({
 *   config: coderConfig({ sites: ["a:hook_embed", "b:hook_embed"], d_in: 2, d_sae: 1 }),
 *   arrays: {
 *     W_enc: array([2, 2, 1], 1, 2, 3, 4),
 *     W_dec: array([1, 2, 2], 5, 6, 7, 8),
 *     b_enc: array([1], 0),
 *     b_dec: array([2, 2], 0, 0, 9, 9),
 *     threshold: array([1], 1),
 *   },
 * });
 * assertEquals([...arrays.W_enc.data, ...arrays.W_dec.data], [1, 2, 1, 2, 5, 6, 5, 6]);
 * assertEquals([...arrays.b_dec.data], [0, 0, 9, 9]);
 * ```
 * @module
 */
import type { Crosscoder } from "./coder.ts";

/**
 * The second model's weights, of the latter half of the sites, begin as the first one's: unlike starts would
 * leave latents that both share with two directions (Minder et al. 2025, arXiv 2504.02922, begin both models
 * alike too). Biases of decoders stay, since activations of both models have means of their own.
 */
export function alikeInBoth({ arrays, ...coder }: Crosscoder): Crosscoder {
  const { W_enc, W_dec } = arrays;
  const [d_sae, n_sites, d_in] = W_dec.shape, half = n_sites * d_in / 2;
  const dec = W_dec.data.slice(), enc = W_enc.data.slice();
  for (let latent = 0; latent < d_sae; latent++) {
    const from = 2 * latent * half;
    dec.copyWithin(from + half, from, from + half);
  }
  enc.copyWithin(enc.length / 2, 0, enc.length / 2);
  return {
    ...coder,
    arrays: { ...arrays, W_dec: { ...W_dec, data: dec }, W_enc: { ...W_enc, data: enc } },
  };
}
