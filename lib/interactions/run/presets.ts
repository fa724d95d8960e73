/**
 * Sizes of the experiment on feature interactions. A preset changes sizes only, never what is done.
 * Language models are those of the stage-wise run of the same preset; `small` and `smoke` are sizes
 * at which the phenomena show on a CPU; `paper` has the published ones (arXiv 2606.09940).
 * @module
 */
import { lm, sizes } from "../../diff/settings/preset_parts.ts";
import type { PresetName } from "../../diff/settings/presets.ts";
import type { PenaltyPoint } from "../penalty/sweep.ts";
import type { InteractionsSettings } from "./settings.ts";

/** The settings of a preset. */
export function interactionsSettings(preset: PresetName): InteractionsSettings {
  return { smoke, small, paper }[preset]();
}

/** 48 features in 36 dimensions, 18 planted pairs of 1,128. */
const logic = { features: 48, d_model: 36, active: 5, pairs: 6, batch: 256, lr: 3e-3 };

/** No penalty, then each weight of dominance and of excess. */
function penaltyPoints(dominance: number[], excess: number[]): PenaltyPoint[] {
  return [
    { kind: "none", lambda: 0 },
    ...dominance.map((lambda): PenaltyPoint => ({ kind: "dominance", lambda })),
    ...excess.map((lambda): PenaltyPoint => ({ kind: "excess", lambda })),
  ];
}

function smoke(): InteractionsSettings {
  return {
    dictionary: {
      d_sae: 192,
      k: 8,
      steps: 400,
      batch: 128,
      lr: 4e-3,
      poolSequences: 700,
      dead_tokens: 150 * 128,
    },
    seeds: 2,
    otherDictionaries: { steps: 200, lr: 6e-3 },
    jumprelu: { lambda_S: 0.2, lr: 6e-3 },
    relu: lm(40, 8, 2e-3),
    second: { model: sizes(32, 2, 256), pretrain: lm(150, 8, 8e-3), ft1: lm(15, 8, 2e-3) },
    metricSequences: 30,
    pairs: { sequences: 12, otherSequences: 12, least: 16 },
    boundSequences: 8,
    heldOutSequences: 100,
    truth: {
      cells: 5,
      top: 10,
      whole: { pairs: 300, tokens: 16 },
      seeds: { pairs: 100, tokens: 8 },
      others: { pairs: 100, tokens: 8 },
      mean: { pairs: 60, tokens: 8 },
      later: { pairs: 20, tokens: 4 },
      stream: { pairs: 60, tokens: 8 },
    },
    agreement: { resamples: 20 },
    planted: { ...logic, steps: 60, rows: 256, seeds: 1, products: 40 },
    proof: { certified: 1, transitions: 1, pairs: 1, lengths: 4, ks: [1, 2, 4] },
    intervals: { sequences: 4, patterns: 3, samples: 6, pairs: 1 },
    sanity: { sequences: 1, sampled: 24 },
    adversarial: {
      pairs: 12,
      tokens: 4,
      least: 2,
      length: 32,
      known: 150,
      injected: 40,
      sequences: 12,
      strange: 48,
    },
    diffing: { seeds: 1, sequences: 20, examples: 200, rotation: { steps: 100, lr: 3e-4 } },
    ranking: { sequences: 24, nullSequences: 4, every: 2, least: 16, top: 50, cards: 6 },
    attention: {
      sequences: 12,
      candidates: 6000,
      edges: 200,
      top: 400,
      pairs: 30,
      perPair: 8,
      resamples: 50,
    },
    penalty: {
      steps: 40,
      lr: 2e-3,
      rows: 16,
      points: penaltyPoints([1], [4]),
      sequences: 8,
      textSequences: 2,
    },
    others: {
      rank: 16,
      steps: 60,
      lr: 2e-3,
      top: 50,
      poolSequences: 100,
      dictionarySteps: 60,
      textSequences: 2,
    },
    suppression: {
      selection: 6,
      test: 16,
      clean: 4,
      story: 16,
      candidates: 24,
      latents: [1, 2, 8],
      pairs: [1, 16],
      heads: [1, 8],
      stronger: [16],
    },
  };
}

function small(): InteractionsSettings {
  return {
    dictionary: {
      d_sae: 512,
      k: 12,
      steps: 3000,
      batch: 128,
      lr: 1e-3,
      poolSequences: 1500,
      dead_tokens: 200 * 128,
    },
    seeds: 3,
    otherDictionaries: { steps: 1500, lr: 2e-3 },
    jumprelu: { lambda_S: 0.2, lr: 3e-3 },
    relu: lm(80, 16, 1e-3),
    second: { model: sizes(32, 2, 256), pretrain: lm(350, 8, 8e-3), ft1: lm(30, 8, 2e-3) },
    metricSequences: 100,
    pairs: { sequences: 64, otherSequences: 32, least: 32 },
    boundSequences: 24,
    heldOutSequences: 300,
    truth: {
      cells: 10,
      top: 30,
      whole: { pairs: 1200, tokens: 32 },
      seeds: { pairs: 1200, tokens: 32 },
      others: { pairs: 400, tokens: 32 },
      mean: { pairs: 300, tokens: 16 },
      later: { pairs: 100, tokens: 8 },
      stream: { pairs: 400, tokens: 16 },
    },
    agreement: { resamples: 100 },
    planted: { ...logic, steps: 250, rows: 768, seeds: 3, products: 200 },
    proof: { certified: 16, transitions: 4, pairs: 4, lengths: 24, ks: [2, 4, 8] },
    intervals: { sequences: 32, patterns: 16, samples: 16, pairs: 2 },
    sanity: { sequences: 3, sampled: 200 },
    adversarial: {
      pairs: 200,
      tokens: 16,
      least: 2,
      length: 48,
      known: 600,
      injected: 200,
      sequences: 60,
      strange: 200,
    },
    diffing: { seeds: 2, sequences: 60, examples: 500, rotation: { steps: 500, lr: 3e-4 } },
    ranking: { sequences: 60, nullSequences: 8, every: 2, least: 32, top: 100, cards: 12 },
    attention: {
      sequences: 60,
      candidates: 60_000,
      edges: 1000,
      top: 2000,
      pairs: 150,
      perPair: 16,
      resamples: 100,
    },
    penalty: {
      steps: 200,
      lr: 1e-3,
      rows: 16,
      points: penaltyPoints([1.5, 4], [4, 12]),
      sequences: 16,
      textSequences: 8,
    },
    others: {
      rank: 32,
      steps: 400,
      lr: 1e-3,
      top: 100,
      poolSequences: 500,
      dictionarySteps: 400,
      textSequences: 8,
    },
    suppression: {
      selection: 20,
      test: 48,
      clean: 12,
      story: 16,
      candidates: 96,
      latents: [1, 2, 4, 8, 16],
      pairs: [1, 8, 64, 512],
      heads: [1, 16],
      stronger: [64],
    },
  };
}

function paper(): InteractionsSettings {
  return {
    dictionary: {
      d_sae: 1536,
      k: 20,
      steps: 50_000,
      batch: 256,
      lr: 1e-4,
      poolSequences: 4096,
      dead_tokens: 1000 * 256,
    },
    seeds: 3,
    otherDictionaries: { steps: 50_000, lr: 1e-4 },
    jumprelu: { lambda_S: 0.5, lr: 5e-4 },
    relu: lm(2000, 64, 3e-4),
    second: {
      model: sizes(768, 16, 2048),
      pretrain: lm(20_000, 64, 5e-4),
      ft1: lm(2000, 64, 3e-4),
    },
    metricSequences: 8192,
    pairs: { sequences: 8192, otherSequences: 1024, least: 32 },
    boundSequences: 256,
    heldOutSequences: 1000,
    truth: {
      cells: 10,
      top: 200,
      whole: { pairs: 1500, tokens: 64 },
      seeds: { pairs: 1500, tokens: 64 },
      others: { pairs: 1500, tokens: 64 },
      mean: { pairs: 1500, tokens: 64 },
      later: { pairs: 300, tokens: 16 },
      stream: { pairs: 1500, tokens: 64 },
    },
    agreement: { resamples: 1000 },
    planted: { ...logic, steps: 2000, rows: 8192, seeds: 10, products: 1000 },
    proof: { certified: 200, transitions: 16, pairs: 32, lengths: 1000, ks: [2, 5, 10] },
    intervals: { sequences: 1000, patterns: 64, samples: 64, pairs: 8 },
    sanity: { sequences: 16, sampled: 1000 },
    adversarial: {
      pairs: 1000,
      tokens: 32,
      least: 2,
      length: 64,
      known: 4000,
      injected: 1000,
      sequences: 500,
      strange: 1000,
    },
    diffing: { seeds: 3, sequences: 1000, examples: 500, rotation: { steps: 10_000, lr: 1e-4 } },
    ranking: { sequences: 256, nullSequences: 32, every: 8, least: 32, top: 100, cards: 12 },
    attention: {
      sequences: 200,
      candidates: 200_000,
      edges: 2000,
      top: 4000,
      pairs: 500,
      perPair: 32,
      resamples: 1000,
    },
    penalty: {
      steps: 5000,
      lr: 1e-4,
      rows: 48,
      points: penaltyPoints([0.5, 1.5, 4, 12], [1, 4, 12, 36]),
      sequences: 500,
      textSequences: 100,
    },
    others: {
      rank: 64,
      steps: 20_000,
      lr: 1e-4,
      top: 100,
      poolSequences: 4096,
      dictionarySteps: 20_000,
      textSequences: 100,
    },
    suppression: {
      selection: 32,
      test: 96,
      clean: 128,
      story: 24,
      candidates: 512,
      latents: [1, 2, 4, 8, 16, 32, 64],
      pairs: [1, 4, 16, 64, 256, 1024, 4096],
      heads: [1, 4, 16, 64],
      stronger: [64, 256],
    },
  };
}
