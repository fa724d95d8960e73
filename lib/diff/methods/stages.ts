/**
 * The stages of stage-wise diffing for any pair of models, each made once for all methods that name
 * it: a base stands where a run has ft1, its text where a run has clean data.
 * @module
 */
import { type Crosscoder, loadCrosscoder, saveCrosscoder } from "../../crosscoder/coder.ts";
import { stream } from "../../numerics/random.ts";
import { stageCoder } from "../run/stage_coder.ts";
import { DEFINITIONS } from "../stages/stages.ts";
import { sitesOf } from "./check_pair.ts";
import { modelId, textId } from "./identity.ts";
import type { Keep } from "./keep.ts";
import { loadedOnce } from "./loaded.ts";
import type { MethodOptions, MethodStage, ModelPair } from "./method.ts";

type Definition = { model: "base" | "other"; text: "base" | "other"; from?: MethodStage };

const SF: Definition = { model: "other", text: "other", from: "S" };

/** What a stage sees, and where it starts. */
export function definitionOf(stage: MethodStage): Definition {
  if (stage === "SF") return SF;
  const { model, data, from } = DEFINITIONS[stage];
  return {
    model: model === "ft1" ? "base" : "other",
    text: data === "clean" ? "base" : "other",
    from,
  };
}

/** Changed whenever the same inputs would give other bytes. */
export const FORMAT = 2;

/** A stage's crosscoder, folded: kept already, or trained now with all that it starts from. */
export async function stageOf(
  stage: MethodStage,
  pair: ModelPair,
  options: MethodOptions & { keep: Keep },
): Promise<Crosscoder> {
  const { folder } = await keptStage(stage, pair, options);
  return await loadedOnce(pair, folder, (coder) => coder);
}

async function keptStage(
  stage: MethodStage,
  pair: ModelPair,
  options: MethodOptions & { keep: Keep },
): Promise<{ folder: string; inputs: unknown }> {
  const { settings: { d_sae, sequences, S, fineTune }, seed, keep } = options;
  const { model: modelName, text, from } = definitionOf(stage);
  const before = from && await keptStage(from, pair, options);
  const model = pair[modelName], training = from ? fineTune : S;
  const read = pair.text[text].slice(0, sequences), sites = [...sitesOf(pair)];
  const inputs = {
    format: FORMAT,
    adapter: model.gpu.key,
    seed,
    stage,
    training,
    d_sae,
    sites,
    model: await modelId(model),
    text: textId(read),
    ...(before && { from: before.inputs }),
  };
  const folder = await keep(stage, inputs, async (folder, checkpoint) => {
    const coder = await stageCoder(model, read, {
      name: stage,
      sites,
      d_sae,
      training,
      ...(before && { from: await loadCrosscoder(before.folder) }),
      random: {
        activations: stream(seed, `activations ${stage}`),
        weights: stream(seed, "crosscoder"),
      },
      checkpoint,
    });
    await saveCrosscoder(folder, coder);
  });
  return { folder, inputs };
}
