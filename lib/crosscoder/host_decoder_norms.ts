/** Decoder norms on the CPU. @module */
import type { Crosscoder } from "./check_coder.ts";

/**
 * n_i = Σ over sites of ‖W_dec,i,site‖₂ [d_sae], in the scaled activations that training saw,
 * folded or not: what a latent is ranked by must not depend on where the scale is.
 */
export function hostDecoderNorms({ config, arrays }: Crosscoder): Float32Array {
  const { d_in, d_sae, scale, folded } = config, n_sites = scale.length;
  const { data } = arrays.W_dec;
  return Float32Array.from({ length: d_sae }, (_, i) => {
    let total = 0;
    for (let l = 0; l < n_sites; l++) {
      let sum = 0;
      const from = (i * n_sites + l) * d_in;
      for (let j = from; j < from + d_in; j++) sum += data[j] * data[j];
      total += (folded ? scale[l] : 1) * Math.sqrt(sum);
    }
    return total;
  });
}
