/** Whether a model folder gives what it states (self_test.ts). @module */
import { join } from "node:path";
import type { Gpu } from "../gpu/gpu.ts";
import { exists, jsonText, readJson, writeWhole } from "../io/files.ts";
import { escaped } from "../io/show.ts";
import { releaseParameters } from "../tensor/parameters.ts";
import { loadModel, vocabularyOf } from "./files.ts";
import type { LanguageModel } from "./language_model.ts";
import { findModel } from "./model_folder.ts";
import {
  idsOf,
  makeSelfTest,
  type ModelSelfTest,
  SELF_TEST,
  type SelfTestError,
  selfTestError,
  selfTestOf,
} from "./self_test.ts";

/** `holds`: whether the error is within the tolerance that the folder states. */
export type ModelCheck = SelfTestError & { tolerance: number; holds: boolean };

/**
 * Loads the model of a folder and computes what its self_test.json states. Throws where there is
 * none, as loadModel does, and where a text of it becomes other ids than those that it states.
 */
export async function checkModel(gpu: Gpu, folder: string): Promise<ModelCheck> {
  const action = `check model ${escaped(folder)}`, found = await findModel(action, folder);
  if (!found.names.has(SELF_TEST)) {
    throw new Error(
      `Cannot ${action}: expected ${SELF_TEST}, what the model must give, but found none: write it ` +
        "with --write where the model is known to be right, and check it wherever it goes",
    );
  }
  const json = await readJson(join(found.folder, SELF_TEST));
  return await withModel(gpu, found.folder, async (model) => {
    const test = selfTestOf(action, json, model.config);
    await expectTexts(action, found.folder, test);
    const error = await selfTestError(model, test), { tolerance } = test;
    return { ...error, tolerance, holds: error.relative <= tolerance };
  });
}

/**
 * Writes into a folder what its model gives now. Throws where it states something already, and where
 * a logit is no number. Returns the number of prompts.
 */
export async function writeSelfTest(gpu: Gpu, folder: string): Promise<number> {
  const action = `write what model ${escaped(folder)} gives`;
  const found = await findModel(action, folder), path = join(found.folder, SELF_TEST);
  const fail = (expected: string, found: string, todo: string): never => {
    throw new Error(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  if (await exists(path)) {
    fail(`no ${SELF_TEST} there`, "one", "check it without --write, or delete it first");
  }
  const test = await withModel(gpu, found.folder, async (model) => {
    const known = await vocabularyOf(found.folder).catch(() => undefined); // then prompts are ids alone
    return await makeSelfTest(model, known);
  });
  if (test === undefined) return fail("finite logits", "others", "look at the weights");
  await writeWhole(path, jsonText(test));
  return test.prompts.length;
}

async function withModel<T>(
  gpu: Gpu,
  folder: string,
  use: (model: LanguageModel) => Promise<T>,
): Promise<T> {
  const model = await loadModel(gpu, folder);
  try {
    return await use(model);
  } finally {
    releaseParameters(model.parameters);
  }
}

/** Throws where the folder's tokenizer makes other ids of a stated text. */
async function expectTexts(action: string, folder: string, { prompts }: ModelSelfTest) {
  const texts = prompts.filter(({ text }) => text !== undefined);
  if (texts.length === 0) return;
  const vocabulary = await vocabularyOf(folder);
  for (const { text, ids } of texts) {
    const found = idsOf(vocabulary, text!);
    if (found?.join() === ids.join()) continue;
    throw new Error(
      `Cannot ${action}: expected its tokenizer to make ${ids.length} ids (${
        ids.slice(0, 8)
      } ...) of ` +
        `a stated text but found ${found ? `${found.slice(0, 8)} ...` : "tokens that it lacks"}: ` +
        "take model and tokenizer of one training",
    );
  }
}
