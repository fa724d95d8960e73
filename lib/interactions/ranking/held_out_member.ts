/**
 * Do clusters hold on text that they were not made from? One member of a cluster is hidden among
 * candidates from elsewhere; whoever has the largest mean score with the other members, measured on
 * the other half of the text, is picked. Derived here: the published number (Manning-Coe et al.
 * 2026, arXiv 2606.09940, Figure 3) has a language model pick from descriptions.
 * @module
 */
import { exactly, expectForm, maybe, whole } from "../../io/form.ts";
import type { Random } from "../../numerics/random.ts";
import type { Cluster } from "./clusters.ts";
import { pairIndex } from "../pairs/instances.ts";
import type { LatentPairs } from "./statistics.ts";

/** Which clusters are asked for a member that was held out, and how often. */
export type HeldOutOptions = {
  /** Clusters of so many members are asked. */
  least?: number;
  most?: number;
  /** Questions a cluster, and how many candidates each has. */
  trials?: number;
  candidates?: number;
};

const OPTIONS = exactly({
  least: maybe(whole(2)),
  most: maybe(whole(2)),
  trials: maybe(whole(1)),
  candidates: maybe(whole(2)),
});

/** Answers: how many of the `trials` are right; a tie is a wrong one. */
export type HeldOutMember = { clusters: number; trials: number; right: number };

/**
 * Clusters are of one half of a text, `S` [pairs] of `pairs` is of the other. Candidates are drawn
 * from the members of all other clusters that are asked.
 */
export function heldOutMember(
  clusters: readonly Cluster[],
  { pairs, S, random }: { pairs: LatentPairs; S: ArrayLike<number>; random: Random },
  options: HeldOutOptions = {},
): HeldOutMember {
  const given = expectForm("ask for held-out members", options, OPTIONS) as HeldOutOptions;
  const { least = 3, most = 25, trials = 5, candidates = 5 } = given;
  const asked = clusters.filter(({ members: { length } }) => length >= least && length <= most);
  const number = pairIndex(pairs);
  const score = (a: number, b: number) => S[number(Math.min(a, b), Math.max(a, b)) ?? -1] ?? 0;
  const result = { clusters: asked.length, trials: 0, right: 0 };
  asked.forEach(({ members }, c) => {
    const outside = asked.flatMap((other, o) => o === c ? [] : other.members);
    if (outside.length < candidates - 1) return;
    for (let t = 0; t < trials; t++) {
      const hidden = random.pick(members), others = members.filter((latent) => latent !== hidden);
      const strangers = random.shuffle([...outside]).slice(0, candidates - 1);
      const mean = (latent: number) => others.reduce((sum, other) => sum + score(latent, other), 0);
      const best = strangers.reduce((most, latent) => Math.max(most, mean(latent)), 0);
      result.trials++;
      if (mean(hidden) > best) result.right++;
    }
  });
  return result;
}
