/**
 * Pairs of latents that a text never shows together although it shows each of them often enough:
 * what an adversary may combine and no ranking by activations can see.
 * @module
 */
import { exactly, expectForm, number } from "../../io/form.ts";
import type { PairList } from "../pairs/instances.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";

/**
 * Counts over a text: tokens, tokens of each latent [d_sae], tokens of each two [d_sae, d_sae] (i < j
 * alone), and the mean activation of each latent where it fires, 0 of one that never does.
 */
export type MeetingCounts = {
  tokens: number;
  d_sae: number;
  fired: Uint32Array;
  together: Uint32Array;
  mu: Float64Array;
};

/** Counts all parts of a text. Throws on none. */
export function countMeetings(parts: readonly ActiveLatents[]): MeetingCounts {
  if (parts.length === 0) {
    throw new RangeError(
      "Cannot count meetings: expected parts of a text but found none: read one first",
    );
  }
  const [{ d_sae }] = parts;
  const fired = new Uint32Array(d_sae), together = new Uint32Array(d_sae * d_sae);
  const sums = new Float64Array(d_sae);
  for (const { tokens, start, latent, act } of parts) {
    for (let t = 0; t < tokens; t++) {
      for (let a = start[t]; a < start[t + 1]; a++) {
        fired[latent[a]]++;
        sums[latent[a]] += act[a];
        for (let b = a + 1; b < start[t + 1]; b++) together[latent[a] * d_sae + latent[b]]++;
      }
    }
  }
  const tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  const mu = sums.map((sum, i) => fired[i] > 0 ? sum / fired[i] : 0);
  return { tokens, d_sae, fired, together, mu };
}

/**
 * Pairs by how often they meet: never, although independent firing would make them meet `least` times;
 * and at least that often. `chance` pairs would meet so often by chance.
 */
export type PairsByMeeting = { never: PairList; often: PairList; chance: number };

const OPTIONS = exactly({ least: number({ above: 0 }) });

/** Sorts every pair of latents. */
export function pairsByMeeting(
  { tokens, d_sae, fired, together }: MeetingCounts,
  options: { least: number },
): PairsByMeeting {
  const { least } = expectForm("find pairs that never meet", options, OPTIONS);
  const never = { i: [] as number[], j: [] as number[] },
    often = { i: [] as number[], j: [] as number[] };
  let chance = 0;
  for (let i = 0; i < d_sae; i++) {
    for (let j = i + 1; j < d_sae; j++) {
      const met = together[i * d_sae + j], expected = fired[i] * fired[j] / tokens;
      if (expected >= least) chance++;
      const list = met === 0 && expected >= least ? never : met >= least ? often : undefined;
      list?.i.push(i);
      list?.j.push(j);
    }
  }
  const listed = ({ i, j }: typeof never) => ({
    d_sae,
    i: Uint32Array.from(i),
    j: Uint32Array.from(j),
  });
  return { never: listed(never), often: listed(often), chance };
}
