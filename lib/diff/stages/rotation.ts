/**
 * How far did a latent turn between two stages? The cosine of its decoder vector before and after.
 *
 * A latent's vector is its row of W_dec over all sites, n_sites · d_in numbers, with the scale
 * folded in: in activation units, so that sites of larger norm weigh more. Stages start from one
 * another, so latent i is the same unit in all of them.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rotation } from "./rotation.ts";
 * const before = { shape: [2, 1, 2], data: Float32Array.of(1, 0, 0, 2) };
 * const after = { shape: [2, 1, 2], data: Float32Array.of(3, 0, 4, 3) };
 * assertEquals([...rotation(before, after)], [1, 0.6]);
 * ```
 * @module
 */
import { type HostArray, sizeOf } from "../../io/host_array.ts";
import { cosine } from "../../numerics/cosine.ts";
import { expectNumbers } from "../../numerics/numbers.ts";
import type { Stage } from "./stages.ts";

/** [d_sae] each: D -> DF (the model changed after the data), M -> MF (the data after the model). */
export type Rotations = { x: Float64Array; y: Float64Array; sd: Float64Array; sm: Float64Array };

/** The cosines of all latents between D and DF (x), M and MF (y), S and D (sd), S and M (sm). */
export function rotations(W_dec: Record<Stage, HostArray>): Rotations {
  return {
    x: rotation(W_dec.D, W_dec.DF),
    y: rotation(W_dec.M, W_dec.MF),
    sd: rotation(W_dec.S, W_dec.D),
    sm: rotation(W_dec.S, W_dec.M),
  };
}

/**
 * Two decoders [d_sae, n_sites, d_in] -> the cosine of each latent, [d_sae]. Throws on unlike
 * shapes.
 */
export function rotation(before: HostArray, after: HostArray): Float64Array {
  if (String(before.shape) !== String(after.shape)) {
    throw new RangeError(
      `Cannot compare decoders: expected shape [${before.shape}] but found [${after.shape}]: ` +
        "take two stages of one run",
    );
  }
  const [d_sae, ...rest] = before.shape;
  for (const { data } of [before, after]) {
    expectNumbers("compare decoders", data, { todo: NONE });
  }
  const length = sizeOf(rest);
  return Float64Array.from({ length: d_sae }, (_, latent) => {
    const row = (W_dec: HostArray) => W_dec.data.subarray(latent * length, (latent + 1) * length);
    return cosine(row(before), row(after));
  });
}

const NONE = "look at the crosscoder that they come from";

/**
 * Mean over latents of n_i, the sum over sites of the L2 norm of W_dec[i, site], in activation
 * units. W_dec [d_sae, n_sites, d_in].
 */
export function meanDecoderNorm(W_dec: HostArray): number {
  const [d_sae, n_sites, d_in] = W_dec.shape;
  expectNumbers("take decoder norms", W_dec.data, { todo: NONE });
  let sum = 0;
  for (let row = 0; row < d_sae * n_sites; row++) {
    let squares = 0;
    for (let i = row * d_in; i < (row + 1) * d_in; i++) squares += W_dec.data[i] ** 2;
    sum += Math.sqrt(squares);
  }
  return sum / d_sae;
}
