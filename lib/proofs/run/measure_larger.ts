/** The larger models of a run, measured side by side, each a finished stage. @module */
import { join } from "node:path";
import { cached } from "../../io/cached.ts";
import { writeJson } from "../../io/files.ts";
import { weightsHash } from "../checker/certificate.ts";
import { checkBounds, LARGER_MEASURED } from "./forms.ts";
import type { LargerResult } from "./results.ts";
import { readStage, refuseStage } from "./stage.ts";
import type { Trained, TrainTask } from "./train_models.ts";
import { inParallel, measureWorkers } from "./workers.ts";

/** Changed whenever the same inputs would give other bytes. */
const FORMAT = 1;

/** Measures larger models; finished ones are read. */
export async function measureLarger(
  trained: readonly Trained[],
  { settings, cacheDir, cores, onPhase, onDamaged }: TrainTask & { cores?: number },
): Promise<LargerResult[]> {
  using pool = measureWorkers(cores);
  const draws = settings.draws["sampled/N5"];
  return await inParallel(trained, pool.threads, async ({ id, seed, family, model, loss }) => {
    const { K, v } = family, { d_model } = model.config;
    const inputs = { format: FORMAT, model: weightsHash(model), draws };
    const folder = await cached(cacheDir, { kind: "proofs-larger", inputs }, async (folder) => {
      const place = trained.findIndex((one) => one.id === id) + 1;
      onPhase?.(`prove ${id}, ${place} of ${trained.length}`, 0);
      const measured = await pool.measureLarger({ larger: model, draws });
      await writeJson(join(folder, "measured.json"), measured);
    }, { onDamaged });
    const path = join(folder, "measured.json");
    const result = { id, K, v, d_model, seed, loss, ...await readStage(path, LARGER_MEASURED) };
    checkBounds(result, (expected, found) => refuseStage(path, expected, found));
    return result;
  });
}
