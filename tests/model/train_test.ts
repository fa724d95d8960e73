import { assertEquals, assertRejects } from "@std/assert";
import { packedBatches } from "../../lib/data/batches.ts";
import { trainLanguageModel } from "../../lib/model/train.ts";
import { stream } from "../../lib/numerics/random.ts";
import { readParameters } from "../../lib/tensor/parameters.ts";
import type { CheckpointOptions } from "../../lib/tensor/run_training.ts";
import type { LoggedStep } from "../../lib/tensor/training.ts";
import { devices } from "../tensor/gpu_util.ts";
import { memoryCheckpoint } from "../tensor/memory_checkpoint.ts";
import { tinyModel, tinySequences } from "./tiny_model.ts";

const { gpu } = devices[0];
const [tokens] = tinySequences(1, 400);
const settings = { steps: 90, batch: 2, sequenceLength: 8, lr: 3e-3 };

/** Weights and losses of a training from the start; `last` is the step after which it is killed. */
async function train(options: CheckpointOptions = {}, last = Infinity) {
  const model = tinyModel(gpu), log: LoggedStep[] = [];
  const batches = packedBatches(tokens, stream(0, "batches"), settings);
  const onLog = (steps: LoggedStep[]) => {
    if (log.push(...steps) > last) throw new Error("killed");
  };
  await trainLanguageModel(model, batches, { name: "model", settings, onLog, ...options });
  return { weights: await readParameters(model.parameters), log };
}

Deno.test("trainLanguageModel() goes on from a checkpoint with the batches that it has not seen", async () => {
  const { checkpoint, kept } = memoryCheckpoint();
  const checkpoints = { checkpoint, checkpointSeconds: 0, every: 64 };
  await assertRejects(() => train(checkpoints, 64), Error, "killed");
  assertEquals(kept.writes, 1, "after 64 steps");
  assertEquals(await train(checkpoints), await train());
});
