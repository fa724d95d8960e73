/**
 * What is left over when the base is trained to be like the other model on a text that both know: the copy
 * learns what they do alike, and where the other model does something of its own they still differ. All
 * weights of a copy of the base are trained to the other's activations at all sites (see match_model.ts);
 * the list are the principal components of other less copy, as in activation_changes.ts.
 *
 *   matched         of what is left over on the other model's text
 *   matched-clean   on the text that both know, which the copy was trained on
 *
 * After activation-matched fine-tuning (2026), of which the idea was at hand, not the paper: loss, steps and
 * the list are taken here.
 * @module
 */
import { loadModel, saveModel } from "../../model/files.ts";
import { planLanguageModel } from "../../model/plan.ts";
import { stream } from "../../numerics/random.ts";
import { releaseParameters } from "../../tensor/parameters.ts";
import { principalComponents } from "./activation_changes.ts";
import { sitesOf } from "./check_pair.ts";
import { passCost, total } from "./cost.ts";
import { modelId, textId } from "./identity.ts";
import type { Keep } from "./keep.ts";
import { makeMethod } from "./make_method.ts";
import { matchModel } from "./match_model.ts";
import type { Cost, Method, MethodOptions, ModelPair } from "./method.ts";
import { FORMAT } from "./stages.ts";

export const matched = byMatching("matched", "Activation-matched residual", "other");
export const matchedClean = byMatching(
  "matched-clean",
  "Activation-matched residual, clean text",
  "base",
);

function byMatching(name: string, title: string, which: "base" | "other"): Method {
  return makeMethod({
    trains: [{ kind: "copy" }],
    lists: "vectors",
    name,
    title,
    source: "activation-matched fine-tuning, 2026",
    needs: which === "other" ? ["other text"] : [],
    find: async (pair, options) => {
      const { settings: { measured, listed }, seed, action } = options;
      const copy = await loadModel(pair.base.gpu, await matchedFolder(pair, options));
      try {
        const text = pair.text[which].slice(0, measured);
        const random = stream(seed, `matched components ${which}`);
        const rest = { action, n: listed, random };
        const found = await principalComponents({ ...pair, base: copy }, text, rest);
        return { ...found, cost: total([matchingCost(pair, options), found.cost]) };
      } finally {
        releaseParameters(copy.parameters);
      }
    },
  });
}

/** Where the copy lies: kept already, or trained now. */
async function matchedFolder(
  pair: ModelPair,
  { settings: { match, sequences }, seed, keep }: MethodOptions & { keep: Keep },
): Promise<string> {
  const read = pair.text.base.slice(0, sequences), hooks = [...sitesOf(pair)];
  const inputs = {
    format: FORMAT,
    adapter: pair.base.gpu.key,
    seed,
    match,
    hooks,
    base: await modelId(pair.base),
    other: await modelId(pair.other),
    text: textId(read),
  };
  return await keep("matched", inputs, async (folder, checkpoint) => {
    const random = stream(seed, "matched");
    const copy = await matchModel(pair, read, { hooks, matching: match, random, checkpoint });
    try {
      await saveModel(folder, copy);
    } finally {
      releaseParameters(copy.parameters);
    }
  });
}

function matchingCost(pair: ModelPair, { settings: { match } }: MethodOptions): Cost {
  const sequenceLength = pair.text.base[0].length, sequences = match.steps * match.batch;
  return total([
    planLanguageModel("matched", pair.base, { ...match, sequenceLength }),
    passCost(pair, { sequences }), // of the other model, whose activations are the targets
  ]);
}
