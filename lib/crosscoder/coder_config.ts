/** What config.json says of a crosscoder. @module */
import type { ActivationConfig } from "./activations/mod.ts";
import { asSite, type Site, type SiteLike } from "./sites.ts";

/** "mean_norm": training saw each site scaled to mean norm √d_in; "none": as it is. */
export const NORMALISATIONS = ["mean_norm", "none"] as const;

/**
 * `scale[l]` is √d_in / mean ‖a_l‖ as measured once, or 1 where `normalisation` is "none"; `folded`
 * says whether the weights hold it already. `recipe` names what it was trained by: one of RECIPES,
 * or whatever made it elsewhere.
 */
export type CoderConfig = {
  sites: Site[];
  d_in: number;
  d_sae: number;
  scale: number[];
  folded: boolean;
  recipe: string;
  activation: ActivationConfig;
  normalisation: typeof NORMALISATIONS[number];
};

/**
 * A configuration with sites by name; what is not given is that of the published recipe, unfolded,
 * of scale 1.
 */
export function coderConfig(
  { sites, ...given }:
    & { sites: readonly SiteLike[]; d_in: number; d_sae: number }
    & Partial<Omit<CoderConfig, "sites">>,
): CoderConfig {
  return {
    sites: sites.map(asSite),
    scale: sites.map(() => 1),
    folded: false,
    recipe: "anthropic_jan25",
    activation: { kind: "jumprelu" },
    normalisation: "mean_norm",
    ...given,
  };
}
