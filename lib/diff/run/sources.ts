/**
 * What a stage-wise run is made from, all of it read and checked before the first training: settings,
 * corpus, data sets, the model where one is given.
 * @module
 */
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL } from "../../crosscoder/sites.ts";
import type { HubProgress } from "../../io/hub/types.ts";
import { type Corpus, corpusName, openCorpus } from "../../data/corpus.ts";
import {
  callback,
  exactly,
  expectForm,
  flag,
  integer,
  list,
  maybe,
  oneOf,
  text,
  whole,
} from "../../io/form.ts";
import { tallySentences } from "../../data/tally.ts";
import { modulesOf } from "../../model/lora/adapters.ts";
import { LORA } from "../../model/lora/settings.ts";
import { show } from "../../io/show.ts";
import { targetModules } from "../../model/lora/targets.ts";
import { prepareData, type RunData } from "./data.ts";
import {
  FINE_TUNES,
  type FineTune,
  type GivenModel,
  givenSettings,
  type ModelSource,
  openGiven,
} from "./given.ts";
import { modelOf } from "./model_of.ts";
import {
  type PresetName,
  PRESETS,
  type StagewiseSettings,
  stagewiseSettings,
} from "../settings/presets.ts";

/**
 * `corpus`: a file of stories, the embedded grammar without one. `model`: the folder of a model that
 * is the base. Fine-tunes train adapters of `targets`, modules by the ends of their names, where
 * `fineTune` is "lora", the default for a model that is given. `sites`: hooks that crosscoders read,
 * globs allowed. `distinct`: records that fine-tunes repeat. `published`: records of the instruct
 * format as the published data set has them.
 */
export type SourceOptions = {
  preset: PresetName;
  seed: number;
  corpus?: string;
  model?: string;
  /** Where on a hub that folder comes from, for the record. */
  modelFrom?: ModelSource;
  fineTune?: FineTune;
  targets?: string[];
  sites?: string[];
  distinct?: number;
  published?: boolean;
  /** Hears what was left out of the corpus or mended, and what it has too little of. */
  onNote?: (text: string) => void;
  /** Hears how much of a corpus on the hub came, and of about how much. */
  onProgress?: (progress: HubProgress) => void;
};

/** `model` belongs beside `settings` in the task. */
export type Sources = {
  settings: StagewiseSettings;
  corpus: Corpus;
  data: RunData;
  model?: GivenModel;
};

/**
 * Throws on a model or a corpus that cannot be read, on a corpus that is too small, on sites and
 * modules that the model does not have, and on modules for a fine-tune of all weights.
 */
export async function stagewiseSources(options: SourceOptions): Promise<Sources> {
  const chosen = await chosenSettings(options);
  return { ...chosen, ...await readSources(chosen, options) };
}

/** The settings of a run, and the model where one is given; no corpus is read. */
export async function chosenSettings(
  options: Omit<SourceOptions, "seed"> & { seed?: number },
): Promise<Pick<Sources, "settings" | "model">> {
  expectForm("prepare a stage-wise run", options, OPTIONS);
  const { preset, corpus, model: folder, fineTune, sites, distinct, published, targets } = options;
  const model = folder === undefined ? undefined : await openGiven(folder, options.modelFrom);
  const plain = stagewiseSettings(preset, { grammar: corpus === undefined });
  const { lora = LORA, ...full } = model ? givenSettings(plain, model) : plain;
  const adapted = fineTune === "lora" || (fineTune === undefined && (model ?? plain.lora));
  if (targets && !adapted) {
    throw new RangeError(
      "Cannot prepare a stage-wise run: expected targets with a fine-tune by adapters alone but " +
        `found ${show(targets)} and one of all weights: ask for lora, or leave targets out`,
    );
  }
  const settings: StagewiseSettings = {
    ...full,
    ...(adapted && { lora: { ...lora, ...(targets && { targets }) } }),
    ...(sites && { sites }),
    ...(distinct && { distinct }),
    ...(published && { published }),
  };
  checkNames(settings);
  return { settings, model };
}

/** Corpus and data sets of settings. */
export async function readSources(
  { settings, model }: Pick<Sources, "settings" | "model">,
  { seed, corpus: path, onNote, onProgress }: Pick<
    SourceOptions,
    "seed" | "corpus" | "onNote" | "onProgress"
  >,
): Promise<Pick<Sources, "corpus" | "data">> {
  const { published, records: n, heldOut: test } = settings;
  const corpus = await openCorpus(path, { seed, n, test, published, onNote, onProgress });
  const note = (text: string) => onNote?.(`corpus ${corpusName(corpus)}: ${text}`);
  const records = `${corpus.records.length.toLocaleString("en-US")} records`;
  note([records, ...tallySentences(corpus)].join("; "));
  const data = prepareData(corpus, settings, { seed, vocabulary: model?.vocabulary });
  data.notes.forEach(note);
  return { corpus, data };
}

const OPTIONS = exactly({
  preset: oneOf(PRESETS),
  seed: maybe(integer),
  corpus: maybe(text),
  model: maybe(text),
  modelFrom: maybe(exactly({ repo: text, commit: text })),
  fineTune: maybe(oneOf(FINE_TUNES)),
  targets: maybe(list(text, { least: 1 })),
  sites: maybe(list(text, { least: 1 })),
  distinct: maybe(whole(1)),
  published: maybe(flag),
  onNote: maybe(callback),
  onProgress: maybe(callback),
});

/** Sites and adapted modules are looked up before anything is read or trained. */
function checkNames(settings: StagewiseSettings): void {
  const { sites, lora } = settings, model = modelOf(settings);
  if (sites) resolveSites({ [ONE_MODEL]: model }, sites);
  if (!lora) return;
  const action = "fine-tune by adapters", modules = modulesOf(action, model);
  targetModules(action, modules, lora.targets);
}
