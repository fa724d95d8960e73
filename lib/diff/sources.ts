/**
 * What a stage-wise run is made from, all of it read and checked before the first training: settings,
 * corpus, data sets, the model where one is given.
 * @module
 */
import { resolveSites } from "../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL } from "../crosscoder/sites.ts";
import { type Corpus, corpusName, openCorpus } from "../data/corpus.ts";
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
} from "../io/form.ts";
import { tallySentences } from "../data/tally.ts";
import { modulesOf } from "../model/lora/adapters.ts";
import { LORA } from "../model/lora/settings.ts";
import { targetModules } from "../model/lora/targets.ts";
import { prepareData, type RunData } from "./data.ts";
import { FINE_TUNES, type FineTune, type GivenModel, givenSettings, openGiven } from "./given.ts";
import { modelOf } from "./model_of.ts";
import { type PresetName, PRESETS, type StagewiseSettings, stagewiseSettings } from "./presets.ts";

/**
 * `corpus`: a file of stories, the embedded grammar without one. `model`: the folder of a model that
 * is the base. Fine-tunes train adapters of `targets`, modules by the ends of their
 * names, where `fineTune` is "lora", the default for a model that is given. `sites`: hooks that
 * crosscoders read, globs allowed. `distinct`: records that
 * fine-tunes repeat. `published`: records of the instruct format as the published data set has them.
 */
export type SourceOptions = {
  preset: PresetName;
  seed: number;
  corpus?: string;
  model?: string;
  fineTune?: FineTune;
  targets?: string[];
  sites?: string[];
  distinct?: number;
  published?: boolean;
  /** Hears what was left out of the corpus or mended, and what it has too little of. */
  onNote?: (text: string) => void;
};

/** `model` belongs beside `settings` in the task. */
export type Sources = {
  settings: StagewiseSettings;
  corpus: Corpus;
  data: RunData;
  model?: GivenModel;
};

/**
 * Throws on a model or a corpus that cannot be read, on a corpus that is too small, and on sites that
 * the model does not have.
 */
export async function stagewiseSources(options: SourceOptions): Promise<Sources> {
  expectForm("prepare a stage-wise run", options, OPTIONS);
  const { seed, corpus: path } = options;
  const { settings, model } = await chosenSettings(options);
  const corpus = await openCorpus(path, {
    seed,
    n: settings.records,
    test: settings.heldOut,
    published: settings.published,
    onNote: options.onNote,
  });
  const note = (text: string) => options.onNote?.(`corpus ${corpusName(corpus)}: ${text}`);
  const records = `${corpus.records.length.toLocaleString("en-US")} records`;
  note([records, ...tallySentences(corpus)].join("; "));
  const data = prepareData(corpus, settings, { seed, vocabulary: model?.vocabulary });
  data.notes.forEach(note);
  checkNames(settings, data);
  return { settings, corpus, data, model };
}

const OPTIONS = exactly({
  preset: oneOf(PRESETS),
  seed: integer,
  corpus: maybe(text),
  model: maybe(text),
  fineTune: maybe(oneOf(FINE_TUNES)),
  targets: maybe(list(text, { least: 1 })),
  sites: maybe(list(text, { least: 1 })),
  distinct: maybe(whole(1)),
  published: maybe(flag),
  onNote: maybe(callback),
});

/** The settings of a preset for what was chosen; throws on a model that cannot be read. */
export async function chosenSettings(
  { preset, corpus, model: folder, fineTune, sites, distinct, published, targets }: Omit<
    SourceOptions,
    "seed" | "onNote"
  >,
): Promise<{ settings: StagewiseSettings; model?: GivenModel }> {
  const model = folder === undefined ? undefined : await openGiven(folder);
  const plain = stagewiseSettings(preset, { grammar: corpus === undefined });
  const { lora = LORA, ...full } = model ? givenSettings(plain, model) : plain;
  const adapted = fineTune === "lora" || (fineTune === undefined && (model ?? plain.lora));
  const settings: StagewiseSettings = {
    ...full,
    ...(adapted && { lora: { ...lora, ...(targets && { targets }) } }),
    ...(sites && { sites }),
    ...(distinct && { distinct }),
    ...(published && { published }),
  };
  return { settings, model };
}

/** Sites and adapted modules are looked up before anything is trained. */
function checkNames(settings: StagewiseSettings, { vocabulary }: RunData): void {
  const { sites, lora } = settings;
  const model = modelOf({ ...settings, d_vocab: vocabulary.size });
  if (sites) resolveSites({ [ONE_MODEL]: model }, sites);
  if (!lora) return;
  const action = "fine-tune by adapters", modules = modulesOf(action, model);
  targetModules(action, modules, lora.targets);
}
