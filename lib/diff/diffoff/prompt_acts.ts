/** What dictionaries of two models read in prompts. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { encode, uploadCoder } from "../../crosscoder/encode.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { differenceBatches } from "../methods/differences.ts";
import type { ModelPair } from "../methods/method.ts";
import { bothSites, sideBySide } from "../methods/side_by_side.ts";

/** A dictionary of differences, or of both models side by side, folded. */
export type PairCoder = { kind: "differences" | "both"; coder: Crosscoder };

/** The largest activation of each latent over the tokens of every prompt, [d_sae] each. */
export async function promptActs(
  pair: ModelPair,
  { kind, coder }: PairCoder,
  prompts: readonly Uint32Array[],
): Promise<Float32Array[]> {
  const pos = Math.max(...prompts.map(({ length }) => length)), { d_sae, sites } = coder.config;
  const padded = prompts.map((ids) => {
    const filled = new Uint32Array(pos); // behind the prompt, where nothing is looked at
    filled.set(ids);
    return filled;
  });
  const batches: Iterable<Tensor> = kind === "both"
    ? sideBySide(pair, bothSites(pair), padded)
    : differenceBatches(pair, sites.map(({ hook }) => hook), padded);
  using onDevice = uploadCoder(pair.base.gpu, coder);
  const found: Float32Array[] = [];
  for (const rows of batches) {
    using acts = encode(onDevice, rows);
    const values = await acts.read();
    for (let first = 0; first < rows.rows; first += pos) {
      const { length } = prompts[found.length], most = new Float32Array(d_sae).fill(-Infinity);
      for (let t = first; t < first + length; t++) {
        for (let i = 0; i < d_sae; i++) most[i] = Math.max(most[i], values[t * d_sae + i]);
      }
      found.push(most);
    }
  }
  return found;
}
