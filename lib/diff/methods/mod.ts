/** The methods of model diffing, one line each. @module */
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
