/** A language model with random weights and sequences for it, for tests of what goes in and comes out. @module */
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { gptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../lib/model/architectures/gpt_neo/weights.ts";
import { createGptNeo, type GptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { stream } from "../../lib/numerics/random.ts";

export const SIZES = { d_vocab: 20, d_model: 8, n_layers: 2, n_heads: 2, n_ctx: 16 };

export function tinyModel(gpu: Gpu, sizes: Partial<typeof SIZES> = {}): GptNeo {
  const config = gptNeoConfig({ ...SIZES, ...sizes });
  return createGptNeo(gpu, config, initialWeights(config, stream(0, "weights"), { std: 0.5 }));
}

/** `n` sequences of `length` ids. */
export function tinySequences(n: number, length = 12): Uint32Array[] {
  const random = stream(0, "sequences");
  return Array.from({ length: n }, () => Uint32Array.from({ length }, () => random.int(20)));
}
