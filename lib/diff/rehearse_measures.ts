/** What the measures of a run take: each on some sequences, and on three times as many. @module */
import type { Gpu } from "../gpu/gpu.ts";
import {
  measureModels,
  measureResiduals,
  measureStage,
  stageContexts,
  STREAMS,
} from "./measures.ts";
import { phaseClock, type TimedPhase } from "./phase_clock.ts";
import type { FinishedRun } from "./pipeline.ts";
import type { StagewiseSettings } from "./presets.ts";
import { PASS } from "./harvested.ts";
import type { RehearsedPhase } from "./rehearsed_phase.ts";
import { STAGES } from "./stages.ts";
import type { StagewiseTask } from "./task.ts";

/** Each measure on some sequences and on three times as many: the rest is their difference's. */
export async function rehearseMeasures(
  gpu: Gpu,
  { task, finished, whole }: {
    task: StagewiseTask;
    finished: FinishedRun;
    whole: StagewiseSettings;
  },
): Promise<RehearsedPhase[]> {
  const both = async (name: string, work: (run: StagewiseTask) => Promise<unknown>, n: number) => {
    const [few, more] = [Math.min(PASS, n), Math.min(3 * PASS, n)];
    const times: TimedPhase[] = [];
    for (const size of new Set([few, more])) {
      const clock = phaseClock(gpu), { settings } = task;
      clock.onPhase(name, 0);
      task.onPhase?.(name, 0);
      const prompts = Math.ceil(size * whole.prompts / whole.evaluated);
      const sized = { evaluated: size, examples: size, prompts };
      await work({ ...task, onPhase: undefined, settings: { ...settings, ...sized } });
      times.push(...clock.finish());
    }
    const total = (of: (time: TimedPhase) => number) =>
      times.reduce((sum, time) => sum + of(time), 0);
    const took = total((time) => time.seconds), cpu = total((time) => time.cpu);
    const last = times.at(-1)!,
      per = more > few ? (last.seconds - times[0].seconds) / (more - few) : 0;
    const seconds = last.seconds + Math.max(0, per) * (n - more);
    const { peak } = last;
    return {
      name,
      unit: "sequences" as const,
      done: more,
      whole: n,
      took,
      cpu,
      seconds,
      peak,
      memory: peak,
    };
  };
  const phases = [
    await both("measures-models", (run) => measureModels(gpu, run, finished), whole.evaluated),
  ];
  const stages = await both(
    "measures-S",
    (run) => measureStage(gpu, "S", { run, finished }),
    whole.evaluated,
  );
  const contexts = await both(
    "contexts-S",
    (run) => stageContexts(gpu, "S", { run, finished }),
    whole.examples,
  );
  const alike = (phase: RehearsedPhase, kind: string) =>
    STAGES.map((stage) => ({
      ...phase,
      name: `${kind}-${stage}`,
      ...(stage !== "S" && { done: 0, took: 0, cpu: 0 }),
    }));
  const residual = await both(
    "residual",
    (run) => measureResiduals(gpu, run, finished),
    Math.min(whole.evaluated, STREAMS),
  );
  return [...phases, ...alike(stages, "measures"), ...alike(contexts, "contexts"), residual];
}
