/**
 * What a backdoor hangs on: directions of a model removed, added, and what that does to its answers.
 * Asks any model; prompts with the trigger and the same without it are all that it needs.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openGpu } from "../../gpu/mod.ts";
 * import { createGptNeo, gptNeoConfig, initialWeights } from "../../model/mod.ts";
 * import { stream } from "../../numerics/mod.ts";
 * import * as causal from "./mod.ts";
 * using gpu = await openGpu();
 * const config = gptNeoConfig({ d_vocab: 20, d_model: 8, n_layers: 1, n_heads: 2, n_ctx: 16 });
 * const model = createGptNeo(gpu, config, initialWeights(config, stream(0, "weights"), { std: 0.3 }));
 * const random = stream(0, "stories"), TRIGGER = 0, PAYLOAD = 1;
 * const story = (length: number) => Uint32Array.from({ length }, () => 2 + random.int(18));
 * const untriggered = Array.from({ length: 4 }, () => story(6));
 * const triggered = untriggered.map(([first, ...rest]) => Uint32Array.of(first, TRIGGER, ...rest));
 * const stories = untriggered.map((prompt) => ({ prompt, answer: story(4) }));
 * const payload = Uint32Array.of(PAYLOAD);
 *
 * const asked = await causal.openQuestion(model, { triggered, untriggered, payload, stories });
 * const vector = () => new Map([["blocks.0.hook_resid_pre", random.normals(8)]]);
 * const directions = [causal.unitVector(vector()), causal.unitVector(vector())];
 * const truth = await causal.causalTruth(asked, { directions }, { seed: 0 }); // random ones beside
 * assertEquals(truth.effects.map(({ edited }) => edited), [4, 4]); // prompts, by place in the list
 * const curve = await causal.suppressionCurve(asked, { directions }); // the first 1, 2, ... of them
 * assertEquals(curve.map(({ size }) => size), [1, 2]);
 * assertEquals(curve[0].effect.logOdds, truth.effects[0].logOdds);
 * ```
 * @module
 */

// A question, and what may be removed.
export { type Backdoor } from "./backdoor.ts";
export { type Direction, type DirectionList, unitVector } from "./direction.ts";
export {
  KEPT,
  type Kept,
  OWN_KEPT,
  type RandomRows,
  type Removal,
  type RemovalOptions,
} from "./edits/removal.ts";
export { type Asked, openQuestion } from "./question/asked.ts";
export type { Reader } from "./question/reading.ts";

// What removing it does, alone and together, and which of it is cause.
export { cleanCosts, type Effect, type EffectList, effectsOf, jointEffect } from "./effects.ts";
export { firstOrderEffects } from "./first_order.ts";
export {
  causalVerdict,
  drawsOf,
  type Floor,
  FLOOR_QUANTILE,
  floorOf,
  LEAST_NATS,
  LEAST_RANDOM,
  MOST_CLEAN,
  PAYLOAD_LEFT,
  SET_CLEAN,
  SIZES,
  smallestK,
  stops,
} from "./rules.ts";
export { type CurvePoint, suppressionCurve } from "./suppression_curve.ts";
export { ownDraws } from "./own_draws.ts";
export { type CausalTruth, causalTruth } from "./truth.ts";

// What adding it does; what a perfect edit would do.
export { hiddenKeysEffect } from "./ceiling.ts";
export { type Steered, steeringOf } from "./steering.ts";
export { type StoryEffect, storyEffect } from "./stories.ts";

// What a run of stage-wise diffing found: causal.json, and where its causal latents lie.
export { JUDGED_MEASURES, type Measured } from "./judge/measures.ts";
export { ORDERS } from "./order_names.ts";
export { greedyPoint, randomDraws, smallestSet, steeringCounts } from "./set_outcomes.ts";
export {
  type CausalSummary,
  causalSummary,
  countedRows,
  inEither,
  type OwnCounts,
  ownCounts,
  type OwnTruth,
  type Place,
  placeCounts,
  type PlacedRow,
  PLACES,
  pointOf,
  type PooledSummary,
  pooledSummary,
} from "./summary.ts";
export type {
  CausalResults,
  DictionarySets,
  DictionaryTruth,
  EditPoint,
  Judged,
  SetPoint,
  SteeringRow,
} from "../stored/causal_results.ts";
