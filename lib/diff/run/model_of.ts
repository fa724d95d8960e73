/** What computes a run's language model. @module */
import { GPT2_SIZE } from "../../data/tokenizers/gpt2.ts";
import type { Architecture, ModelConfig } from "../../model/architecture.ts";
import { ARCHITECTURES } from "../../model/architectures/mod.ts";
import type { StagewiseSettings } from "../settings/presets.ts";

/**
 * Architecture and configuration of the model that is given, or of the GPT-Neo that is trained here,
 * whose vocabulary may be smaller than its preset's.
 */
export function modelOf(
  { given, model, d_vocab = GPT2_SIZE }: StagewiseSettings,
): { architecture: Architecture; config: ModelConfig } {
  const { architecture: name, config } = given ??
    { architecture: "gpt_neo", config: { ...model, d_vocab } };
  return { architecture: ARCHITECTURES.find((known) => known.name === name)!, config };
}
