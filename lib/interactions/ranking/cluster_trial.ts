/** Clusters of one half of a text, tried on the other; beside those of co-activation. @module */
import type { Random } from "../../numerics/random.ts";
import { type Cluster, interactionClusters } from "./clusters.ts";
import { type HeldOutMember, heldOutMember } from "./held_out_member.ts";
import type { LatentPairs } from "./statistics.ts";

/** A half of a text: of every pair that meets in it, its score and how often it meets. */
export type Half = { pairs: LatentPairs; S: Float64Array; count: Uint32Array };

/**
 * `made`: what the table of similarities holds, interaction or co-activation counts; `asked`: what
 * picks the member.
 */
export type ClusterTrial = { made: "S" | "count"; asked: "S" | "count" } & HeldOutMember;

/** Clusters of latents, and how well they stand trials. */
export type ClusterTrials = {
  clusters: Cluster[];
  converged: boolean;
  /** How many there are of counts in place of scores, and of scores that are not relative to hubs. */
  others: { count: number; raw: number };
  trials: ClusterTrial[];
};

/** `latents`: those that are clustered. */
export function clusterTrials(
  [first, second]: readonly Half[],
  { latents, random }: { latents: readonly number[]; random: Random },
): ClusterTrials {
  const made = {
    S: interactionClusters(first.pairs, first.S, { latents }),
    count: interactionClusters(first.pairs, first.count, { latents }),
  };
  const trials: ClusterTrial[] = [];
  for (const by of ["S", "count"] as const) {
    for (const asked of ["S", "count"] as const) {
      const given = { pairs: second.pairs, S: second[asked], random: random.stream(by) };
      trials.push({ made: by, asked, ...heldOutMember(made[by].clusters, given) });
    }
  }
  const raw = interactionClusters(first.pairs, first.S, { latents, relative: false });
  const others = { count: made.count.clusters.length, raw: raw.clusters.length };
  return { ...made.S, others, trials };
}
