/** The same text with every latent either off or as strong as it is on average when active. @module */
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { latentMeans } from "../agreement/baselines/latent_means.ts";

/** f_i becomes its mean over the tokens at which it is active. */
export function binarised(active: ActiveLatents): ActiveLatents {
  const { mean } = latentMeans([{ active, values: active.act }]);
  return { ...active, act: Float32Array.from(active.latent, (i) => mean[i]) };
}
