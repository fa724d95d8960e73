/**
 * What was expected of each claim, written down before the first run that could test it. A finding
 * tells whether it came out so; the rules that decide are in findings.ts, committed with these.
 *
 * @module
 */
import type { Verdict } from "../../lib/report/finding.ts";

export type Prediction = { expected: Verdict; why: string };

/** By the name of the finding. */
export const PREDICTIONS = {
  fewFound: {
    expected: "not replicated",
    why:
      "here features fire independently, often enough, and there are as many latents as features",
  },
  randomFindsNone: {
    expected: "replicated",
    why: "random directions in some fifty dimensions stay below a cosine of 0.7",
  },
  recallTells: {
    expected: "replicated",
    why:
      "a frozen decoder cannot turn, a soft-frozen one not by more than 37 degrees, and a frozen encoder " +
      "lets decoders see mixtures",
  },
  frozenMatches: {
    expected: "in part",
    why:
      "turning by 37 degrees helps a decoder of some hundred latents much, a random one has too few",
  },
  commonFirst: {
    expected: "replicated",
    why: "a rare feature gives fewer gradients in the same number of rows",
  },
  beatL1: {
    expected: "replicated",
    why: "L1 shrinks what fires, the others do not",
  },
  moreIsBetter: {
    expected: "replicated",
    why: "at the same L0 a wider dictionary has more to choose from",
  },
  severalSites: {
    expected: "replicated",
    why: "a residual stream carries on what a layer wrote",
  },
} as const satisfies Record<string, Prediction>;
