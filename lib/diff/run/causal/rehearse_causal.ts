/**
 * What the causal phase of a run takes: truth of few latents and of more, sets and steering judged on
 * few prompts and on more.
 * @module
 */
import type { Gpu } from "../../../gpu/gpu.ts";
import { causalLimits, causalSetsOf, causalSteering, causalTruthOf } from "./phase.ts";
import { causalDictionaries, causalRefusal } from "./asked_dictionaries.ts";
import { coderPhases, LABELLING } from "../../stages/coder_phases.ts";
import { LONG, proportional, wholeMeasure } from "../extrapolate.ts";
import type { FinishedRun } from "../pipeline.ts";
import type { CausalSettings, StagewiseSettings } from "../../settings/presets.ts";
import { alike, type RehearsedPhase } from "../rehearsed_phase.ts";
import { rehearseOnce } from "../rehearse_once.ts";
import type { StagewiseTask } from "../task.ts";

type Part = (work: { run: StagewiseTask; finished: FinishedRun }) => Promise<unknown>;

/** Every part, in the order of a run; other dictionaries are as DF. */
export async function rehearseCausal(
  gpu: Gpu,
  { task, finished, whole }: {
    task: StagewiseTask;
    finished: FinishedRun;
    whole: StagewiseSettings;
  },
): Promise<RehearsedPhase[]> {
  if (causalRefusal(whole) !== undefined) return [];
  const once = (name: string, work: Part, causal: CausalSettings) =>
    rehearseOnce(gpu, name, {
      task: { ...task, settings: { ...task.settings, causal } },
      work: (run) => work({ run, finished }),
    });
  const few = task.settings.causal, { causal, d_sae } = whole;
  const sized = async (
    name: string,
    work: Part,
    { unit, size, more, n }: {
      unit: RehearsedPhase["unit"];
      size: number;
      more(size: number): CausalSettings;
      n: number;
    },
  ): Promise<RehearsedPhase> => {
    const first = await once(name, work, more(size)); // compiles
    if (first.seconds > LONG) return { ...proportional({ size, time: first }, n), unit };
    const times = [await once(name, work, more(size)), await once(name, work, more(2 * size))];
    const [before, last] = times.map((time, t) => ({ size: (t + 1) * size, time }));
    return { ...wholeMeasure(times, { before, last, n }), unit };
  };
  const latents = (latents: number) => ({ ...few, latents });
  const prompts = (judged: number) => ({ ...few, judged });
  const DF = await sized("causal-truth-DF", (work) => causalTruthOf(gpu, "DF", work), {
    ...{
      unit: "latents",
      size: Math.min(few.latents ?? d_sae, d_sae >> 1),
      more: latents,
      n: d_sae,
    },
  });
  const judged = async (name: string, work: Part) =>
    await sized(name, work, {
      ...{ unit: "prompts", size: few.judged, more: prompts, n: causal.judged },
    });
  const sets = await judged("causal-sets-DF", (work) => causalSetsOf(gpu, "DF", work));
  const named = causalDictionaries(coderPhases(whole), causal);
  return [
    ...named.map((name) => alike(DF, `causal-truth-${name}`, "DF")),
    ...LABELLING.map((name) => alike(sets, `causal-sets-${name}`, "DF")),
    await judged("causal-limits", (work) => causalLimits(gpu, work)),
    await judged("causal-steering", (work) => causalSteering(gpu, work)),
  ];
}
