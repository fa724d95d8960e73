/**
 * Clusters of latents that interact: affinity propagation on a table of pair scores with a unit
 * diagonal, after Manning-Coe et al. 2026 (arXiv 2606.09940, Figure 3). The scores are taken
 * relative to the hubs of both latents,
 *
 *   s_ij = S_ij / √(h_i h_j),   h_i = Σ_j S_ij   (derived here)
 *
 * since raw ones put everything around a few latents that interact with all.
 *
 * @module
 */
import { type AffinityOptions, affinityPropagation } from "./affinity_propagation.ts";
import { hubs } from "./hubs.ts";
import type { LatentPairs } from "./statistics.ts";

/** Latents that belong together, rising; the exemplar stands for them. */
export type Cluster = { exemplar: number; members: number[] };

/** The table of S [pairs] between some latents, symmetric with a unit diagonal: [n, n] row-major. */
function similarityTable(
  pairs: LatentPairs,
  S: ArrayLike<number>,
  { latents, relative = true }: { latents: readonly number[]; relative?: boolean },
): Float64Array {
  const n = latents.length, table = new Float64Array(n * n), sums = hubs(pairs, S);
  const place = new Map(latents.map((latent, at) => [latent, at]));
  pairs.i.forEach((i, p) => {
    const a = place.get(i), b = place.get(pairs.j[p]);
    if (a === undefined || b === undefined || !(S[p] > 0)) return;
    const scale = relative ? Math.sqrt(sums[i] * sums[pairs.j[p]]) : 1;
    table[a * n + b] = table[b * n + a] = S[p] / scale;
  });
  for (let a = 0; a < n; a++) table[a * (n + 1)] = 1;
  return table;
}

/** Clusters the latents that interact at all; larger clusters first, of equal ones the earlier. */
export function interactionClusters(
  pairs: LatentPairs,
  S: ArrayLike<number>,
  options: AffinityOptions & { latents?: readonly number[]; relative?: boolean } = {},
): { clusters: Cluster[]; converged: boolean } {
  const { latents = Array.from({ length: pairs.d_sae }, (_, i) => i), relative, ...how } = options;
  const sums = hubs(pairs, S), alive = latents.filter((latent) => sums[latent] > 0);
  const table = similarityTable(pairs, S, { latents: alive, relative });
  const { exemplar, converged } = affinityPropagation(table, how);
  const members = new Map<number, number[]>();
  exemplar.forEach((of, at) => {
    members.set(of, [...members.get(of) ?? [], alive[at]]);
  });
  const clusters = [...members].map(([of, own]) => ({ exemplar: alive[of], members: own }));
  clusters.sort((a, b) => b.members.length - a.members.length || a.members[0] - b.members[0]);
  return { clusters, converged };
}
