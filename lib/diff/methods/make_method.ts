/** Methods with their checks. @module */
import { RECIPES } from "../../crosscoder/recipes.ts";
import { settingsForm } from "../../crosscoder/settings.ts";
import {
  callback,
  exactly,
  expectForm,
  having,
  integer,
  list,
  maybe,
  number,
  text,
  whole,
} from "../../io/form.ts";
import { checkPair } from "./check_pair.ts";
import { type Keep, scratchKeep } from "./keep.ts";
import type { Found, Method, MethodOptions, ModelPair } from "./method.ts";

/** What a method does once pair, options and needs are checked. */
export type Finder = (
  pair: ModelPair,
  options: MethodOptions & { keep: Keep; action: string },
) => Promise<Found>;

/** Sizes of all methods, in options as in files. */
export const METHOD_SETTINGS = exactly({
  d_sae: whole(1),
  S: settingsForm(RECIPES.anthropic_jan25),
  fineTune: settingsForm(RECIPES.anthropic_jan25),
  cross: exactly({ k: whole(1), steps: whole(1), batch: whole(1), lr: number({ above: 0 }) }),
  match: exactly({ steps: whole(1), batch: whole(1), lr: number({ above: 0 }) }),
  sequences: whole(1),
  measured: whole(1),
  listed: whole(1),
});

const OPTIONS = exactly({
  settings: METHOD_SETTINGS,
  seed: integer,
  keep: maybe(callback),
  together: maybe(list(having({ name: text, find: callback }))),
});

/**
 * A method whose `find` refuses, in one sentence, what it cannot work with: options out of range,
 * models that do not match, text that it needs and the pair lacks.
 */
export function makeMethod(
  { find, ...described }: Omit<Method, "find"> & { find: Finder },
): Method {
  const { name, needs } = described, action = `diff models by ${name}`;
  return {
    ...described,
    async find(pair, options) {
      expectForm(action, options, OPTIONS);
      checkPair(action, pair, needs);
      if (options.keep) return await find(pair, { ...options, keep: options.keep, action });
      await using scratch = await scratchKeep();
      return await find(pair, { ...options, keep: scratch.keep, action });
    },
  };
}
