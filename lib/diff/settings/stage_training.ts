/** How the crosscoder of a stage is trained: what presets set, and what the published run had. @module */
import type { CoderTraining } from "../../crosscoder/train.ts";

/** A training; losses and clipping are the same in every preset. */
export function stageTraining(
  { steps, batch, lr, lambda_S, poolSequences, ramp = false, decay = 0.2 }:
    & Pick<CoderTraining, "steps" | "batch" | "lr" | "lambda_S" | "poolSequences">
    & Partial<CoderTraining>,
): CoderTraining {
  return {
    steps,
    batch,
    lr,
    lambda_S,
    poolSequences,
    ramp,
    decay,
    lambda_P: 3e-6,
    c: 4,
    eps: 2,
    clip: 1,
  };
}
