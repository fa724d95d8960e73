/** The models of other tasks of a run, measured side by side, each a finished stage. @module */
import { join } from "node:path";
import { cached } from "../../io/cached.ts";
import { writeJson } from "../../io/files.ts";
import { weightsHash } from "../checker/certificate.ts";
import { checkTaskCounts, TASK_MEASURED } from "./forms.ts";
import type { TaskResult } from "./results.ts";
import { readStage, refuseStage } from "./stage.ts";
import type { Trained, TrainTask } from "./train_models.ts";
import { inParallel, measureWorkers } from "./workers.ts";

/** Changed whenever the same inputs would give other bytes. */
const FORMAT = 1;

/** Measures trained models of tasks; finished ones are read. */
export async function measureTasks(
  trained: readonly Trained[],
  { cacheDir, cores, onPhase, onDamaged }: TrainTask & { cores?: number },
): Promise<TaskResult[]> {
  using pool = measureWorkers(cores);
  return await inParallel(trained, pool.threads, async ({ id, seed, family, model, loss }) => {
    const { K, v } = family, task = family.task!;
    const inputs = { format: FORMAT, model: weightsHash(model), task };
    const folder = await cached(cacheDir, { kind: "proofs-task", inputs }, async (folder) => {
      onPhase?.(
        `prove ${id}, ${trained.findIndex((one) => one.id === id) + 1} of ${trained.length}`,
        0,
      );
      await writeJson(join(folder, "measured.json"), await pool.measureTask({ model, task }));
    }, { onDamaged });
    const path = join(folder, "measured.json"), measured = await readStage(path, TASK_MEASURED);
    const result = { id, task, K, v, seed, loss, ...measured };
    checkTaskCounts(result, (expected, found) => refuseStage(path, expected, found));
    return result;
  });
}
