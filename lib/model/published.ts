/**
 * Sizes of published models, for what is planned or rehearsed without their files. A model itself
 * comes with its own config.json.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { publishedConfig } from "./published.ts";
 * const { d_model, n_heads, n_layers } = publishedConfig("roneneldan/TinyStories-Instruct-33M");
 * assertEquals([d_model, n_heads, n_layers], [768, 16, 4]);
 * ```
 * @module
 */
import { nearestNames } from "../io/nearest.ts";
import { show } from "../io/show.ts";
import { type GptNeoConfig, gptNeoConfig } from "./architectures/gpt_neo/config.ts";

/**
 * d_model and n_layers of the TinyStories models (Eldan and Li 2023, arXiv:2305.07759), as their
 * config.json on the hub says; the name of the last one is misspelt there. In all of them: 16 heads,
 * GPT-2's vocabulary, 2048 positions (trained on 512, to which TransformerLens cuts them), local
 * attention of window 256 in every second block, an MLP four times as wide, embeddings tied.
 */
const TINY_STORIES: Record<string, [d_model: number, n_layers: number]> = {
  "TinyStories-1M": [64, 8],
  "TinyStories-3M": [128, 8],
  "TinyStories-8M": [256, 8],
  "TinyStories-28M": [512, 8],
  "TinyStories-33M": [768, 4],
  "TinyStories-1Layer-21M": [1024, 1],
  "TinyStories-2Layers-33M": [1024, 2],
  "TinyStories-Instruct-1M": [64, 8],
  "TinyStories-Instruct-3M": [128, 8],
  "TinyStories-Instruct-8M": [256, 8],
  "TinyStories-Instruct-28M": [512, 8],
  "TinyStories-Instruct-33M": [768, 4],
  "TinyStories-Instruct-2Layers-33M": [1024, 2],
  "TinyStories-Instuct-1Layer-21M": [1024, 1],
};

/** The configuration of a published model, by its name with or without its owner's. */
export function publishedConfig(name: string): GptNeoConfig {
  const own = name.replace(/^roneneldan\//, "");
  if (!Object.hasOwn(TINY_STORIES, own)) {
    throw new RangeError(
      `Cannot tell the sizes of a model: expected one of ${Object.keys(TINY_STORIES).length} ` +
        `TinyStories models but found ${show(name)}: did you mean ` +
        `${nearestNames(own, Object.keys(TINY_STORIES), 1)}? Others come with their config.json`,
    );
  }
  const [d_model, n_layers] = TINY_STORIES[own];
  return gptNeoConfig({ d_vocab: 50257, d_model, n_layers, n_heads: 16, n_ctx: 2048 });
}
