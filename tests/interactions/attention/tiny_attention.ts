/** A tiny model, a crosscoder at what its attention reads, and a text read by both. @module */
import { type Crosscoder, fold } from "../../../lib/crosscoder/coder.ts";
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { headsOf } from "../../../lib/interactions/attention/heads.ts";
import {
  type AttentionPlayers,
  attentionPlayers,
} from "../../../lib/interactions/attention/players.ts";
import { attentionWeights } from "../../../lib/interactions/attention/weights.ts";
import { type TextPart, textParts } from "../../../lib/crosscoder/text_parts.ts";
import { createModel, type LanguageModel } from "../../../lib/model/language_model.ts";
import { attentionOnly } from "../../../lib/model/architectures/attention_only.ts";
import { createGptNeo } from "../../../lib/model/architectures/gpt_neo.ts";
import { gptNeoConfig } from "../../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../../lib/model/architectures/gpt_neo/weights.ts";
import { readingPoints } from "../../../lib/model/hooks.ts";
import { stream } from "../../../lib/numerics/random.ts";

const POS = 10;

/** Two blocks of two heads, the second one with a window of 4; layer norms are not the identity. */
export function tinyNeo(gpu: Gpu): LanguageModel {
  const sizes = { d_vocab: 20, d_model: 16, n_layers: 2, n_heads: 2, n_ctx: 16 };
  const config = gptNeoConfig({ ...sizes, window: 4 }), random = stream(0, "weights");
  const weights = initialWeights(config, random, { std: 0.5 });
  for (const [name, { data }] of Object.entries(weights)) {
    if (name.includes("ln_")) data.forEach((x, i) => data[i] = x + 0.3 * random.normal());
  }
  return createGptNeo(gpu, config, weights) as unknown as LanguageModel;
}

/** One head a block, no layer norm, scores over √d_head. */
export function tinyAttentionOnly(gpu: Gpu): LanguageModel {
  const config = { d_vocab: 20, d_model: 16, d_head: 8, n_layers: 1, n_heads: 1, n_ctx: 16 };
  const random = stream(1, "weights");
  const weights = Object.fromEntries(
    Object.entries(attentionOnly.shapes(config)).map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, { shape, data: random.normals(size, name.startsWith("blocks") ? 0.4 : 1) }];
    }),
  );
  return createModel(gpu, attentionOnly, config, weights) as unknown as LanguageModel;
}

/** A random ReLU crosscoder of 12 latents at what the model's attention reads. */
export function tinyCoder(model: LanguageModel): Crosscoder {
  const hooks = readingPoints(model).attention, random = stream(2, "coder");
  const d_in = 16, d_sae = 12, n_sites = hooks.length;
  const array = (shape: number[], std: number) => ({
    shape,
    data: random.normals(shape.reduce((a, b) => a * b, 1), std),
  });
  const scale = hooks.map((_, l) => 0.5 + l);
  return fold({
    config: coderConfig({ sites: hooks, d_in, d_sae, scale, activation: { kind: "relu" } }),
    arrays: {
      W_enc: array([n_sites, d_in, d_sae], 0.2),
      W_dec: array([d_sae, n_sites, d_in], 0.3),
      b_enc: { shape: [d_sae], data: new Float32Array(d_sae).fill(-0.1) },
      b_dec: array([n_sites, d_in], 0.2),
    },
  });
}

/** Three sequences of ten tokens. */
export function tinyText(): Uint32Array[] {
  const random = stream(3, "text");
  return Array.from({ length: 3 }, () => Uint32Array.from({ length: POS }, () => random.int(20)));
}

/** Calls `body` with the players of a block and the part of the text, the only one. */
export async function withPlayers(
  model: LanguageModel,
  layer: number,
  body: (players: AttentionPlayers, part: TextPart) => Promise<void>,
  coder = tinyCoder(model),
): Promise<void> {
  using weights = attentionWeights(model.gpu, await headsOf(model, layer), coder);
  for await (const part of textParts(model, coder, tinyText())) {
    using players = attentionPlayers(weights, part);
    await body(players, part);
  }
}
