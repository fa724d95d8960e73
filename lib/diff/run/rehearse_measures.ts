/** What the measures of a run take: each on some sequences, and on three times as many. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { CROSS } from "../stored/cross_model_results.ts";
import { contextPhases } from "../stages/coder_phases.ts";
import { measureCross } from "./cross_model.ts";
import { LONG, proportional, wholeMeasure } from "./extrapolate.ts";
import { PASS } from "./harvested.ts";
import {
  labellingContexts,
  measureModels,
  measureResiduals,
  measureStage,
  phaseContexts,
  STREAMS,
} from "./measures.ts";
import type { FinishedRun } from "./pipeline.ts";
import type { StagewiseSettings } from "../settings/presets.ts";
import { alike, type RehearsedPhase } from "./rehearsed_phase.ts";
import { rehearseOnce } from "./rehearse_once.ts";
import { STAGES } from "../stages/stages.ts";
import type { StagewiseTask } from "./task.ts";
import { roleViews, VIEWED } from "./views.ts";

type Measure = (run: StagewiseTask) => Promise<unknown>;

/**
 * Seconds. What takes less is repeated before it is compared with more sequences: the first time
 * compiles kernels.
 */
const QUICK = 5;

/** Every measure, in the order of a run; those of the crosscoders after S are as S's. */
export async function rehearseMeasures(
  gpu: Gpu,
  { task, finished, cross, whole }: {
    task: StagewiseTask;
    finished: FinishedRun;
    /** The folder of the crosscoder of two models. */
    cross: string;
    whole: StagewiseSettings;
  },
): Promise<RehearsedPhase[]> {
  const once = async (name: string, work: Measure, size: number) => {
    const prompts = Math.ceil(size * whole.prompts / whole.evaluated);
    const settings = { ...task.settings, evaluated: size, examples: size, prompts };
    return await rehearseOnce(gpu, name, { task: { ...task, settings }, work });
  };
  const rehearsed = async (name: string, work: Measure, n: number) => {
    const [few, more] = [Math.min(PASS, n), Math.min(3 * PASS, n)];
    const times = [await once(name, work, few)];
    const first = { size: few, time: times[0] };
    if (times[0].seconds > LONG) return proportional(first, n);
    if (times[0].seconds < QUICK) times.push(await once(name, work, few));
    const before = { size: few, time: times.at(-1)! };
    if (more > few) times.push(await once(name, work, more));
    return wholeMeasure(times, { before, last: { size: more, time: times.at(-1)! }, n });
  };
  const asS = (phase: RehearsedPhase, kind: string, names: readonly string[]) =>
    names.map((name) => alike(phase, `${kind}-${name}`, "S"));
  const { evaluated, examples } = whole;
  const models = await rehearsed(
    "measures-models",
    (run) => measureModels(gpu, run, finished),
    evaluated,
  );
  const stage = await rehearsed(
    "measures-S",
    (run) => measureStage(gpu, "S", { run, finished }),
    evaluated,
  );
  const contexts = await rehearsed(
    "contexts-S",
    (run) => phaseContexts(gpu, "S", { run, finished }),
    examples,
  );
  const crossed = await rehearsed(
    `measures-${CROSS}`,
    (run) => measureCross(gpu, { run, finished }, cross),
    evaluated,
  );
  const { examples: seen } = task.settings;
  const labels = await labellingContexts(gpu, { run: task, finished });
  const look: Measure = (run) => roleViews(gpu, { run, finished }, labels);
  const looks = [await once("views", look, seen), await once("views", look, seen)];
  const looked = { size: VIEWED, time: looks[1] };
  const views = wholeMeasure(looks, { before: looked, last: looked, n: VIEWED });
  const residual = await rehearsed(
    "residual",
    (run) => measureResiduals(gpu, run, finished),
    Math.min(evaluated, STREAMS),
  );
  return [
    models,
    ...asS(stage, "measures", STAGES),
    ...asS(contexts, "contexts", contextPhases(whole)),
    crossed,
    views,
    residual,
  ];
}
