/**
 * The methods of model diffing, one line each.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openGpu } from "../../gpu/open.ts";
 * import { createGptNeo } from "../../model/architectures/gpt_neo.ts";
 * import { gptNeoConfig } from "../../model/architectures/gpt_neo/config.ts";
 * import { initialWeights } from "../../model/architectures/gpt_neo/weights.ts";
 * import { stream } from "../../numerics/random.ts";
 * import { scratchKeep } from "./keep.ts";
 * import { methodOf } from "./list.ts";
 * import { methodSettings } from "./settings.ts";
 * using gpu = await openGpu();
 * const config = gptNeoConfig({ d_vocab: 20, d_model: 8, n_layers: 1, n_heads: 2, n_ctx: 16 });
 * const [base, other] = ["base", "other"].map((name) =>
 *   createGptNeo(gpu, config, initialWeights(config, stream(0, name), { std: 0.3 }))
 * );
 * const random = stream(0, "text");
 * const sequences = () =>
 *   Array.from({ length: 16 }, () => Uint32Array.from({ length: 16 }, () => random.int(20)));
 * const pair = { base, other, text: { base: sequences(), other: sequences() } };
 * const preset = methodSettings("smoke");
 * const short = { steps: 10, batch: 32 };
 * const settings = {
 *   ...preset,
 *   d_sae: 16,
 *   S: { ...preset.S, ...short },
 *   fineTune: { ...preset.fineTune, ...short },
 * };
 * await using scratch = await scratchKeep(); // keepIn(FOLDER) keeps what is trained
 * const options = { settings, seed: 0, keep: scratch.keep };
 * const both = await methodOf("stagewise-DF").find(pair, options);
 * const one = await methodOf("one-way-x").find(pair, options); // trains nothing further
 * assertEquals(one.coder, both.coder);
 * ```
 * @module
 */
import { show } from "../../io/show.ts";
import { meanDifferences, pca, pcaClean } from "./activation_changes.ts";
import { crosscoder, crosscoderClean, crosscoderL1, crosscoderScaling } from "./crosscoder.ts";
import { dedicated } from "./dedicated.ts";
import { delta } from "./delta.ts";
import { diffSae, diffSaeClean, diffSaeEnergy } from "./diff_sae.ts";
import { matched, matchedClean } from "./matched.ts";
import type { Method } from "./method.ts";
import { direct, oneWayX, oneWayY } from "./one_turn.ts";
import { randomDirections, randomLatents } from "./random.ts";
import { ratesDF, ratesMF, ratesModels, ratesText } from "./rates.ts";
import { ranksDF, ranksMF, stagewiseDF, stagewiseMF } from "./stagewise.ts";
import { svdRead, svdWrite } from "./weights.ts";

/** In the order in which figures show them. */
export const METHODS: readonly Method[] = [
  stagewiseDF,
  stagewiseMF,
  ranksDF,
  ranksMF,
  direct,
  oneWayX,
  oneWayY,
  crosscoder,
  crosscoderScaling,
  crosscoderClean,
  crosscoderL1,
  dedicated,
  delta,
  diffSae,
  diffSaeEnergy,
  diffSaeClean,
  pca,
  pcaClean,
  meanDifferences,
  matched,
  matchedClean,
  svdWrite,
  svdRead,
  ratesModels,
  ratesText,
  ratesDF,
  ratesMF,
  randomLatents,
  randomDirections,
];

/** A method by name. Throws where there is none of it, naming those that there are. */
export function methodOf(name: string): Method {
  const found = METHODS.find((method) => method.name === name);
  if (found) return found;
  throw new RangeError(
    `Cannot take a method: expected one of ${
      METHODS.map(({ name }) => name).join(", ")
    } but found ` +
      `${show(name)}: name one of these`,
  );
}
