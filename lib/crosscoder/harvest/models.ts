/**
 * The models whose activations stand side by side in one row: one, or several that read the same
 * tokens.
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { ONE_MODEL } from "../sites.ts";

/** Models by the names that sites know them by. */
export type Models = Readonly<Record<string, LanguageModel>>;

/** One model under the name that a site has without one, or several as they are. */
export function asModels(models: LanguageModel | Models): Models {
  return isModel(models) ? { [ONE_MODEL]: models } : models;
}

/** A set of models could name one "gpu" or "config", but hardly one "parameters" beside it. */
function isModel(models: LanguageModel | Models): models is LanguageModel {
  return "config" in models && "parameters" in models;
}

/** What models have in common that read the same tokens: n_ctx is the shortest of theirs. */
export type Common = { gpu: Gpu; d_vocab: number; n_ctx: number };

/**
 * Throws `Cannot ${action}: ...` on no model, on unlike vocabularies, and on models of two devices.
 */
export function commonOf(action: string, models: Models): Common {
  const all = Object.entries(models);
  const refuse = (expected: string, found: string, todo: string): never => {
    throw new RangeError(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  if (all.length === 0) refuse("a model", "none", "pass models: { model }");
  const [[name, { gpu, config: { d_vocab } }]] = all;
  for (const [other, model] of all) {
    if (/[\s:*]/.test(other) || other === "") {
      refuse("names of models without spaces, colons and stars", `"${other}"`, "name it otherwise");
    }
    if (model.config.d_vocab !== d_vocab) {
      const found = `${d_vocab} ids in ${name} and ${model.config.d_vocab} in ${other}`;
      refuse("models of one vocabulary, since they read the same ids,", found, "take such models");
    }
    if (model.gpu !== gpu) refuse("models on one device", "two", "load them on one device");
  }
  return { gpu, d_vocab, n_ctx: Math.min(...all.map(([, { config }]) => config.n_ctx)) };
}
