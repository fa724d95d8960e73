/**
 * A crosscoder of both models with dedicated latents: of every hundred, five are held to the base and five
 * to the other model, their decoder at the other one's sites 0 throughout (after arXiv 2602.11729, "Dedicated
 * Feature Crosscoders"; the share and the shared encoder are taken here). The list are the other model's own,
 * by the mean energy that they add to it in raw units.
 * @module
 */
import type { CoderConfig } from "../../crosscoder/coder_config.ts";
import type { HostArray } from "../../io/host_array.ts";
import { acrossModels } from "./across_models.ts";

/** Share of the latents that each model has for itself. */
const SHARE = 0.05;

export const dedicated = acrossModels("dedicated", "Crosscoder, dedicated latents", {
  kind: "crosscoder-dedicated",
  source: "arXiv 2602.11729",
  held: heldDecoder,
  score: ({ config: { d_sae } }, { sums: { energy } }) => {
    const { other: [from, to] } = dedicatedLatents(d_sae);
    return Promise.resolve(energy.map((value, i) => i >= from && i < to ? value : NaN));
  },
});

type Range = [from: number, to: number];

/** The latents of the base alone, the first ones, and those of the other model behind them. */
export function dedicatedLatents(d_sae: number): { base: Range; other: Range } {
  const each = Math.max(1, Math.round(SHARE * d_sae));
  return { base: [0, each], other: [each, 2 * each] };
}

/** 1 at the sites of the model that a dedicated latent is not of, else 0: [d_sae, n_sites, d_in]. */
function heldDecoder({ sites, d_in, d_sae }: CoderConfig): HostArray {
  const shape = [d_sae, sites.length, d_in], data = new Float32Array(d_sae * sites.length * d_in);
  const { base, other } = dedicatedLatents(d_sae);
  const hold = ([from, to]: Range, model: string) => {
    for (let i = from; i < to; i++) {
      sites.forEach((site, l) => {
        const at = (i * sites.length + l) * d_in;
        if (site.model === model) data.fill(1, at, at + d_in);
      });
    }
  };
  hold(base, "other");
  hold(other, "base");
  return { shape, data };
}
