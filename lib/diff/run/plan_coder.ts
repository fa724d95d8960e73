/**
 * What training a crosscoder on the activations of a model costs before it is done: learning, as
 * lib/crosscoder/plan.ts counts it, harvesting, and the pool that holds what was harvested.
 * @module
 */
import { type CoderSize, planCoder } from "../../crosscoder/plan.ts";
import { forwardFlops, keptPerToken, parameterCount, type Sized } from "../../model/plan.ts";
import type { PlannedWork } from "../../tensor/rates.ts";
import { harvestedSequences, PASS } from "./harvested.ts";

const FLOAT = 4;

/**
 * `model` reads `sequences` of `pos` tokens; `models`: how many such models stand side by side;
 * `filled`: the pool holds their activations already.
 */
export type CoderWork = {
  model: Sized;
  pos: number;
  sequences: number;
  size: CoderSize;
  training: { steps: number; batch: number; poolSequences: number };
  models?: number;
  filled?: boolean;
};

/** One training with the forward passes that it needs; `size` counts the sites of all models. */
export function planCoderWork(
  name: string,
  { model, pos, sequences, size, training, models = 1, filled = false }: CoderWork,
): PlannedWork {
  const N = size.n_sites * size.d_in;
  const { pool, ...all } = harvestedSequences(
    { sequences, ft1: { sequenceLength: pos } },
    training,
  );
  const harvested = filled ? 0 : all.harvested;
  const harvestFlops = models * harvested * pos * forwardFlops(model, pos, { logits: false });
  const learning = planCoder(`coder-${name}`, size, training);
  const kept = models * keptPerToken(model, { logits: false });
  return {
    ...learning,
    flops: learning.flops + harvestFlops,
    bytes: learning.bytes + FLOAT * harvested * pos * (3 * N + kept),
    memory: learning.memory +
      FLOAT * (pool * pos * N + models * parameterCount(model) * 2 + PASS * pos * (kept + N)),
    launches: learning.launches + models * Math.ceil(harvested / PASS) * 60,
    waits: learning.waits,
  };
}
