/** Weights that a GPT-Neo begins with. @module */
import type { HostArray } from "../../../io/host_array.ts";
import type { Random } from "../../../numerics/random.ts";
import { randomWeights } from "../../random_weights.ts";
import { gptNeo } from "../gpt_neo.ts";
import type { GptNeoConfig } from "./config.ts";

/**
 * Weights ~ N(0, std²), biases 0, layer norms 1, as Hugging Face initialises GPT-Neo (std 0.02
 * there).
 */
export function initialWeights(
  config: GptNeoConfig,
  random: Random,
  options: { std?: number } = {},
): Record<string, HostArray> {
  return randomWeights(gptNeo, config, random, options);
}
