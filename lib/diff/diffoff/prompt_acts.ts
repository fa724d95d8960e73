/** What latents read in prompts. @module */
import type { Reader } from "../causal/question/reading.ts";

/** The largest activation of each latent over the tokens of every prompt, [d_sae] each. */
export async function promptActs(
  read: Reader,
  prompts: readonly Uint32Array[],
): Promise<Float32Array[]> {
  const pos = Math.max(...prompts.map(({ length }) => length));
  const padded = prompts.map((ids) => {
    const filled = new Uint32Array(pos); // behind the prompt, where nothing is looked at
    filled.set(ids);
    return filled;
  });
  const { start, latent, act, d_sae } = await read(padded);
  return prompts.map(({ length }, n) => {
    const most = new Float32Array(d_sae);
    for (let e = start[n * pos]; e < start[n * pos + length]; e++) {
      most[latent[e]] = Math.max(most[latent[e]], act[e]);
    }
    return most;
  });
}
