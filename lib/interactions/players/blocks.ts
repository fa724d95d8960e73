/** A text read once, and the players of every block at every part of it. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { type Mlp, mlpOf, mlpSites } from "./mlp.ts";
import { makePlayers, type Players } from "./players.ts";
import { type TextPart, textParts } from "../../crosscoder/text_parts.ts";

/** A block whose MLP input is a site of the crosscoder. */
export type Block = { layer: number; site: number; mlp: Mlp };

/** The blocks of a model that a crosscoder sees; throws where there is none. */
export async function blocksOf(model: LanguageModel, coder: Crosscoder): Promise<Block[]> {
  const blocks: Block[] = [];
  for (const { layer, site } of mlpSites(model, coder)) {
    blocks.push({ layer, site, mlp: await mlpOf(model, layer) });
  }
  return blocks;
}

/**
 * Part by part, and block by block within each, the players, which are there until the next ones
 * are asked for. Throws as textParts and makePlayers do.
 */
export async function* blockPlayers(
  model: LanguageModel,
  coder: Crosscoder,
  text: readonly ArrayLike<number>[],
): AsyncGenerator<{ part: TextPart; block: Block; players: Players }> {
  const blocks = await blocksOf(model, coder);
  for await (const part of textParts(model, coder, text)) {
    for (const block of blocks) {
      const { mlp, site } = block;
      using players = makePlayers(model.gpu, { mlp, coder, site, part });
      yield { part, block, players };
    }
  }
}
