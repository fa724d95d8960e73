// Pairs of models for the methods: one with random weights, and what became of it by a change that is known.
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import type { HostArray } from "../../../lib/io/host_array.ts";
import { createGptNeo } from "../../../lib/model/architectures/gpt_neo.ts";
import { gptNeoConfig } from "../../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../../lib/model/architectures/gpt_neo/weights.ts";
import type { MethodSettings, ModelPair } from "../../../lib/diff/methods/method.ts";
import { stream } from "../../../lib/numerics/random.ts";

export const SIZES = { d_vocab: 20, d_model: 8, n_layers: 2, n_heads: 2, n_ctx: 16 };

/** Base and other; `change` works on the weights of other. */
export function makePair(
  gpu: Gpu,
  change: (weights: Record<string, HostArray>) => void = () => {},
  sizes: Partial<typeof SIZES> = {},
): ModelPair {
  const make = (sizes: typeof SIZES, change: (weights: Record<string, HostArray>) => void) => {
    const config = gptNeoConfig(sizes);
    const weights = initialWeights(config, stream(0, "weights"), { std: 0.5 });
    change(weights);
    return createGptNeo(gpu, config, weights);
  };
  const text = (name: string) => {
    const random = stream(0, name);
    return Array.from({ length: 24 }, () => Uint32Array.from({ length: 16 }, () => random.int(20)));
  };
  return {
    base: make(SIZES, () => {}),
    other: make({ ...SIZES, ...sizes }, change),
    text: { base: text("base"), other: text("other"), triggered: text("other").slice(12) },
  };
}

const coder = { batch: 32, lambda_S: 0.05, ramp: false, lambda_P: 3e-6, c: 4, eps: 2 };
const schedule = { decay: 0.2, clip: 1, poolSequences: 24 };

/** Sizes of a second or two for all methods together. */
export const TINY: MethodSettings = {
  d_sae: 16,
  S: { ...coder, ...schedule, steps: 20, lr: 1e-3 },
  fineTune: { ...coder, ...schedule, steps: 10, lr: 1e-3 },
  cross: { k: 3, steps: 20, batch: 32, lr: 1e-3 },
  match: { steps: 10, batch: 4, lr: 1e-3 },
  sequences: 24,
  measured: 24,
  listed: 6,
};
