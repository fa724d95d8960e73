/**
 * What the phases of a run work on: language models, dictionaries and texts. A model or dictionary
 * is trained when a phase first asks for it, or found where an earlier run left it.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { RunData } from "../../diff/run/data.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { loadModel } from "../../model/files.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { releaseParameters } from "../../tensor/parameters.ts";
import { coderFolder, loadFolded } from "./coders.ts";
import { modelFolders } from "./models.ts";
import { CODER_NAMES, type CoderName, MODEL_NAMES, type ModelName } from "./names.ts";
import type { InteractionsSettings } from "./settings.ts";
import type { InteractionsTask } from "./task.ts";

/**
 * `dictionary`: the clean sequences that dictionaries learn from; `metric`: clean ones that they did
 * not see, on which metrics are measured; `heldOut`: clean ones of no story that any model was
 * trained on, for ablation; `mixed` and `heldOutMixed`: those with every second story poisoned.
 */
export type TextName = "dictionary" | "metric" | "heldOut" | "mixed" | "heldOutMixed";

/** What makeSources() makes; dispose of it when done. */
export type Sources = {
  gpu: Gpu;
  seed: number;
  settings: InteractionsSettings;
  data: RunData;
  /** What there is: everything, or ft1 and one dictionary of it in a run on a model of one's own. */
  models: readonly ModelName[];
  coders: readonly CoderName[];
  /** A model on the GPU: the run's, not to be released. */
  model(name: ModelName): Promise<LanguageModel>;
  /** Where a model lies. */
  modelFolder(name: ModelName): Promise<string>;
  /** A dictionary, folded: of raw activations. `number` counts the seeds of one kind. */
  coder(name: CoderName, number?: number): Promise<Crosscoder>;
  /** Where a dictionary lies. */
  coderFolder(name: CoderName, number?: number): Promise<string>;
  /** `count` sequences of one length, always the same ones. */
  text(name: TextName, count: number): Uint32Array[];
  [Symbol.asyncDispose](): Promise<void>;
};

/** Models, dictionaries and texts of one run; models are held until it is disposed of. */
export function makeSources(gpu: Gpu, task: InteractionsTask, data: RunData): Sources {
  const models = new Map<ModelName, Promise<LanguageModel>>();
  const coders = new Map<string, Promise<string>>();
  const modelFolder = modelFolders(gpu, task, data);
  const model = (name: ModelName): Promise<LanguageModel> => {
    const found = models.get(name) ?? modelFolder(name).then((folder) => loadModel(gpu, folder));
    models.set(name, found);
    return found;
  };
  const text = (name: TextName, count: number) => takeText(data, task, { name, count });
  const folderOf = (name: CoderName, number = 0): Promise<string> => {
    const key = `${name} ${number}`;
    const found = coders.get(key) ??
      coderFolder(task, { name, number }, { model, modelFolder, text });
    coders.set(key, found);
    return found;
  };
  return {
    gpu,
    seed: task.seed,
    settings: task.settings,
    data,
    models: task.own ? ["ft1"] : MODEL_NAMES,
    coders: task.own ? ["mlp"] : CODER_NAMES,
    model,
    modelFolder,
    async coder(name: CoderName, number = 0): Promise<Crosscoder> {
      return await loadFolded(await folderOf(name, number));
    },
    coderFolder: folderOf,
    text,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const found of models.values()) {
        const model = await found.catch(() => undefined); // what failed was told where it was asked for
        if (model) releaseParameters(model.parameters);
      }
    },
  };
}

/** Throws where the corpus has fewer sequences than are asked for. */
function takeText(
  { clean, mixed, heldOut }: RunData,
  { settings: { dictionary: { poolSequences } } }: InteractionsTask,
  { name, count }: { name: TextName; count: number },
): Uint32Array[] {
  const texts = {
    dictionary: clean,
    metric: clean,
    heldOut: heldOut.clean,
    mixed,
    heldOutMixed: heldOut.mixed,
  };
  const start = name === "metric" ? poolSequences : 0;
  const found = texts[name].slice(start, start + count);
  if (found.length === count) return found.map(({ ids }) => ids);
  throw new RangeError(
    `Cannot take the text ${name}: expected ${start + count} sequences but found ` +
      `${texts[name].length}: take a larger corpus, or ask for fewer sequences`,
  );
}
