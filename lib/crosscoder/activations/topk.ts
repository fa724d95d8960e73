/**
 * The k largest positive pre-activations of a row (Gao et al. 2024, arXiv 2406.04093). One site
 * ranks z itself, as SAELens does; several rank f_i n_i, the decoder norms n_i summed over sites
 * (Minder et al. 2025, arXiv 2504.02922).
 * @module
 */
import { type Form, whole } from "../../io/form.ts";
import { topK, topKInto } from "../../tensor/ops/top_k.ts";
import { wants } from "../../tensor/tape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Activation } from "./activation.ts";

const keep = (z: Tensor, k: number, norms?: Tensor) => {
  const { kept, smallest } = topK(z, { k: Math.min(k, z.columns), over: "row", weights: norms });
  if (!wants(smallest)) smallest.release();
  return kept;
};

const config: { k: Form<number> } = { k: whole(1) };
const settings = {};

export const topk: Activation<typeof config, typeof settings> = {
  config,
  settings,
  saved: [],
  ranks: "several_sites",
  keepsFew: true,
  apply: (z, { norms }, { k }) => keep(z, k, norms),
  keepInto: (kept, z, { norms }, { k }) => {
    topKInto(kept, z, { k: Math.min(k, z.columns), over: "row", weights: norms }).release();
  },
  encode: (z, { norms }, { k }) => keep(z, k, norms),
  host: (z, { norms, n_sites }, { k }) => {
    const rank = z.map((value, i) => Math.max(value, 0) * (n_sites > 1 ? norms[i] : 1));
    const kept = Array.from(rank.keys()).sort((i, j) => rank[j] - rank[i] || i - j).slice(0, k);
    const acts = new Float64Array(z.length);
    for (const i of kept) if (rank[i] > 0) acts[i] = z[i];
    return acts;
  },
};
