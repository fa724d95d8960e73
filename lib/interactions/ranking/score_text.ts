/**
 * Scores of all pairs at the MLP inputs of a text, block by block, with what single latents do
 * there.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { upload } from "../../tensor/tensor.ts";
import {
  type LatentMeans,
  latentMeans,
  type ValuedPart,
} from "../agreement/baselines/latent_means.ts";
import { pairInstances } from "../pairs/instances.ts";
import { mainEffects } from "../pairs/main_effects.ts";
import type { PairMetric } from "../pairs/metrics.ts";
import { pairScores } from "../pairs/pair_scores.ts";
import { type Block, blocksOf } from "../players/blocks.ts";
import { makePlayers, type Players } from "../players/players.ts";
import { type TextPart, textParts } from "../../crosscoder/text_parts.ts";
import type { ScoredPart } from "./gather.ts";
import { type Firing, firingOf } from "./overlap.ts";
import { reconstruction } from "./reconstruction.ts";

/**
 * One block of a scored text, its parts in the order of the text; `main`: ‖m_i‖ with all others
 * present, where main effects were asked for.
 */
export type ScoredBlock<Metric extends string> = Block & {
  parts: ScoredPart<Metric>[];
  main?: LatentMeans;
};

/** A text's scores, and where its latents fire. */
export type ScoredText<Metric extends string> = {
  blocks: ScoredBlock<Metric>[];
  firing: Firing;
  tokens: number;
};

/** Which metrics of pairs are scored on a text. */
export type ScoreTextOptions<Metric extends PairMetric> = {
  metrics: readonly Metric[];
  main?: boolean;
  /**
   * Decoder vectors in place of the crosscoder's own, whose activations stay: a null. There is no
   * error node then, in z = b + Σ a.
   */
  decoder?: Crosscoder;
  /** Is shown the players of every block of every part, which are there until it returns. */
  look?(players: Players, block: Block): Promise<void>;
};

/** Sequences of a part at most. */
const PART = 16;

/** Reads a text, sequences of one length, and scores every pair that meets, at every MLP input. */
export async function scoreText<Metric extends PairMetric>(
  model: LanguageModel,
  coder: Crosscoder,
  { text, metrics, main: single, decoder, look }: ScoreTextOptions<Metric> & {
    text: readonly Uint32Array[];
  },
): Promise<ScoredText<Metric>> {
  const at = await blocksOf(model, coder);
  const blocks = at.map((block) => ({
    ...block,
    parts: [] as ScoredPart<Metric>[],
    main: [] as ValuedPart[],
  }));
  const firing = [];
  let tokens = 0;
  const sequences = Math.min(PART, Math.ceil(text.length / 2)); // two parts at least, for halves
  for await (const part of textParts(model, coder, text, { sequences })) {
    const { active, first, pos } = part, instances = pairInstances(active);
    const read = text.slice(first / pos, (first + active.tokens) / pos);
    firing.push({ active, ids: read.flatMap((ids) => [...ids]) });
    tokens += active.tokens;
    for (const { layer, site, mlp, parts, main } of blocks) {
      using given = playedBy(model, { part, site, coder: decoder ?? coder, own: !decoder });
      using players = makePlayers(model.gpu, { mlp, coder: decoder ?? coder, site, part: given });
      const scores = await pairScores(players, instances, { metrics });
      parts.push({ instances, scores, tokens: active.tokens });
      await look?.(players, { layer, site, mlp });
      if (single) {
        main.push({ active, values: await mainEffects(players, { context: "removal" }) });
      }
    }
  }
  return {
    blocks: blocks.map(({ main, ...block }) => ({
      ...block,
      ...(single && { main: latentMeans(main) }),
    })),
    firing: firingOf(firing),
    tokens,
  };
}

/**
 * A part as its players are made of: the model's own activations, or at one site what decoder
 * vectors make of the active latents.
 */
function playedBy(
  { gpu }: LanguageModel,
  { part, site, coder, own }: { part: TextPart; site: number; coder: Crosscoder; own: boolean },
): Pick<TextPart, "active" | "x"> & Disposable {
  if (own) return { active: part.active, x: part.x, [Symbol.dispose]: () => {} };
  const x = upload(gpu, reconstruction(part.active, coder, site));
  return {
    active: part.active,
    x: part.x.map((raw, at) => at === site ? x : raw),
    [Symbol.dispose]: () => x.release(),
  };
}
