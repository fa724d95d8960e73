/** The held-out quality of a crosscoder as rows for a table. @module */
import type { CoderQuality } from "./evaluate.ts";
import { asSite, type SiteLike, siteName } from "./sites.ts";

/** Latents alive and firing, then the share of variance left at each site. */
export function qualityRows(
  sites: readonly SiteLike[],
  { L0, fvu, dead, d_sae, n_tokens }: CoderQuality,
): Record<string, string>[] {
  if (sites.length !== fvu.length) {
    throw new RangeError(
      `Cannot show quality: expected the ${fvu.length} sites of the crosscoder but found ` +
        `${sites.length}: pass coder.config.sites`,
    );
  }
  return [
    { measure: "tokens looked at", value: `${n_tokens}` },
    { measure: "latents that fire on a token (L0), mean", value: L0.mean.toFixed(1) },
    { measure: "latents that never fire", value: `${dead} of ${d_sae}` },
    ...sites.map((site, l) => ({
      measure: `FVU at ${siteName(asSite(site))}`,
      value: fvu[l].toFixed(3),
    })),
  ];
}
