/**
 * What was expected of each claim, and the rule that decides it, written down before the first run
 * that could test it. What a rule says behind "amended" came later and made it stricter. findings.ts
 * applies the rules.
 *
 * @module
 */
import type { Prediction } from "../../lib/report/finding.ts";

/** By the name of the finding. */
export const PREDICTIONS = {
  fewFound: {
    claim: "A dictionary explains most of the variance and finds few of the true features",
    rule:
      "explained variance minus the share found at a cosine of 0.9, of the reference recipe: replicated " +
      "from 0.5 on in every seed, in part from 0.25 on in the mean, else not",
    expected: "not replicated",
    why:
      "here features fire independently, often enough, and there are as many latents as features",
  },
  randomFindsNone: {
    claim: "A random dictionary of the same size finds none of them",
    rule: "it finds at most 1 % of the features at a cosine of 0.7: asked of each seed",
    expected: "replicated",
    why: "random directions in some fifty dimensions stay below a cosine of 0.7",
  },
  recallTells: {
    claim: "Known features tell BatchTopK from frozen dictionaries at a cosine of 0.9",
    rule:
      "every seed of the reference recipe finds at a cosine of 0.9 at least 25 points more of the features " +
      "than any seed of the frozen one: asked of each frozen recipe; amended after the first runs: the claim names " +
      "the recipe and the cosine",
    expected: "replicated",
    why:
      "a frozen decoder cannot turn, a soft-frozen one not by more than 37 degrees, and a frozen encoder " +
      "lets decoders see mixtures",
  },
  frozenMatches: {
    claim: "On a model's activations frozen dictionaries leave as little variance as trained ones",
    rule:
      "the frozen one's mean FVU is at most 0.05 above that of the reference recipe at the same k: asked of " +
      "each frozen recipe; amended after the first runs: the claim was that they match",
    expected: "in part",
    why:
      "turning by 37 degrees helps a decoder of some hundred latents much, a random one has too few",
  },
  commonFirst: {
    claim: "Common features are found before rare ones",
    rule:
      "of the commoner half of the features at least 5 points more are found at a cosine of 0.9 than of the " +
      "rarer half: asked of each seed",
    expected: "replicated",
    why: "a rare feature gives fewer gradients in the same number of rows",
  },
  beatL1: {
    claim: "At equal bits BatchTopK and JumpReLU leave less variance than L1",
    rule:
      "in every seed it leaves less variance than L1 in the middle of the bits that both have: asked of " +
      "BatchTopK and of the JumpReLU with tanh; amended after the first runs: undecided where either has no bits in " +
      "common with L1, before where neither had",
    expected: "replicated",
    why: "L1 shrinks what fires, the others do not",
  },
  moreIsBetter: {
    claim: "A wider dictionary leaves less variance at the same number of latents",
    rule:
      "in every seed the wider dictionary leaves less variance at the same k: asked of each step to the " +
      "next width",
    expected: "replicated",
    why: "at the same L0 a wider dictionary has more to choose from",
  },
  severalSites: {
    claim: "Most latents live at several sites",
    rule:
      "more than half of the living latents of the reference recipe have half their largest decoder norm or " +
      "more at two sites or more; undecided where none lives; amended after the first runs: undecided too where " +
      "latents of the frozen decoder, which keep the equal norms of the start, do so",
    expected: "replicated",
    why: "a residual stream carries on what a layer wrote",
  },
} as const satisfies Record<string, Prediction>;
