/** The architectures that models are loaded and saved as. @module */
import { expectForm, having, oneOf } from "../../io/form.ts";
import type { Architecture } from "../architecture.ts";
import { attentionOnly } from "./attention_only.ts";
import { gpt2 } from "./gpt2.ts";
import { gptNeox } from "./gpt_neox.ts";
import { gptNeo } from "./gpt_neo.ts";
import { llama, qwen2 } from "./llama.ts";

/** Every architecture; another is one file and one line here. */
export const ARCHITECTURES: readonly Architecture[] = [
  gptNeo,
  gpt2,
  gptNeox,
  llama,
  qwen2,
  attentionOnly,
];

const CONFIG = having({ model_type: oneOf(ARCHITECTURES.map(({ name }) => name)) });

/**
 * The architecture that a config.json names. Throws `Cannot ${action}: ...` where it is none of
 * ours.
 */
export function architectureOf(action: string, json: unknown): Architecture {
  const todo = "models of these architectures alone can be loaded here";
  const { model_type } = expectForm(action, json, CONFIG, todo);
  return ARCHITECTURES.find(({ name }) => name === model_type)!;
}
