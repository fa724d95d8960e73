/** One planted task from weights by hand to the recall of every score. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import type { ActivationName } from "../../model/components/mlp.ts";
import { stream } from "../../numerics/random.ts";
import { pairInstances } from "../pairs/instances.ts";
import { pairScores } from "../pairs/pair_scores.ts";
import { pairStatistics } from "../ranking/statistics.ts";
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { Mlp } from "../players/mlp.ts";
import { permutedDictionary, rowPlayers, trueDictionary } from "./players.ts";
import { type Recall, recallOf } from "./recall.ts";
import { plantedScores } from "./scores.ts";
import {
  type LogicRows,
  logicRows,
  type LogicSizes,
  type LogicTask,
  makeLogicTask,
} from "./task.ts";
import { type PlantedTraining, trainLogic } from "./train.ts";

/** Sizes of the planted tasks, and how many rows the scores see. */
export type LogicSettings = LogicSizes & PlantedTraining & { rows: number };

/**
 * `chance`: planted pairs over all pairs; `error`: mean square of what the MLP answers; `permuted`:
 * recall of the removal metric with the directions dealt out anew.
 */
export type LogicRecall = {
  seed: number;
  activation: ActivationName;
  chance: number;
  error: number;
  permuted: number;
  metrics: ({ metric: string } & Recall)[];
};

/** Trains one MLP on one task and ranks the pairs of fresh rows by everything there is. */
export async function recallPlanted(
  gpu: Gpu,
  { rows, steps, batch, lr, ...sizes }: LogicSettings,
  { seed, activation }: { seed: number; activation: ActivationName },
): Promise<LogicRecall> {
  const random = stream(seed, "planted logic");
  const task = makeLogicTask(sizes, random);
  const training = { activation, random: random.stream(activation), steps, batch, lr };
  const { mlp, error } = await trainLogic(gpu, task, training);
  const drawn = logicRows(task, rows, { random: random.stream("rows") });
  const coder = trueDictionary(task);
  using players = rowPlayers(gpu, drawn, { mlp, coder });
  const given = { mlp, coder, random: random.stream("orders") };
  const { pairs, scores } = await plantedScores(players, given);
  const metrics = Object.entries(scores).map(([metric, score]) => ({
    metric,
    ...recallOf(score, pairs, task.planted),
  }));
  const null_ = permutedDictionary(coder, random.stream("null").permutation(task.features));
  const permuted = await removalRecall(gpu, task, { drawn, mlp, coder: null_ });
  const chance = task.planted.length / (task.features * (task.features - 1) / 2);
  return { seed, activation, chance, error, permuted, metrics };
}

async function removalRecall(
  gpu: Gpu,
  { planted }: LogicTask,
  { drawn, ...of }: { drawn: LogicRows; mlp: Mlp; coder: Crosscoder },
): Promise<number> {
  using players = rowPlayers(gpu, drawn, of);
  const instances = pairInstances(players.active);
  const { removal } = await pairScores(players, instances, { metrics: ["removal"] });
  const { S_co } = pairStatistics(removal, instances, { tokens: players.tokens });
  return recallOf(S_co, instances.pairs, planted).recall;
}
