/** How much of what a neuron reads is not the dictionary's: the error node among its players. @module */
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import type { Mlp } from "../players/mlp.ts";
import { contributionsAt, type PlainMlp } from "../proof/plain_mlp.ts";

/**
 * Means over tokens and neurons: |⟨w_in,k, ε⟩| over it and all |a_ik| together, ε = x - x̂; and at how
 * many neurons the error node is larger than every latent's contribution.
 */
export type ErrorNode = { share: number; dominates: number };

/** x and xhat [tokens, d_model] at the MLP's site. */
export function errorNode(
  { plain, mlp, active }: { plain: PlainMlp; mlp: Mlp; active: ActiveLatents },
  { x, xhat }: { x: Float32Array; xhat: Float32Array },
): ErrorNode {
  const { d_mlp } = plain, width = x.length / active.tokens;
  let share = 0, dominates = 0;
  for (let t = 0; t < active.tokens; t++) {
    const a = contributionsAt(plain, active, t);
    for (let k = 0; k < d_mlp; k++) {
      let error = 0, sum = 0, most = 0;
      for (let m = 0; m < width; m++) {
        const at = t * width + m;
        error += mlp.W_in.data[k * width + m] * (x[at] - xhat[at]);
      }
      for (const row of a) {
        sum += Math.abs(row[k]);
        most = Math.max(most, Math.abs(row[k]));
      }
      const size = Math.abs(error), all = size + sum;
      if (all > 0) share += size / all;
      if (size > most) dominates++;
    }
  }
  const neurons = active.tokens * d_mlp;
  return { share: share / neurons, dominates: dominates / neurons };
}
