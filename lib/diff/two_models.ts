/**
 * One crosscoder of two models at once, beside the stages: which latents has one model alone?
 * @module
 */
export { type CrossRow, crossTable } from "./stages/cross_table.ts";
export {
  ALONE,
  modelCosines,
  type ModelPairDecoder,
  normVectors,
  relativeNorm,
  relativeNorms,
  SHARED,
  type Side,
  sideOf,
  SIDES,
} from "./stages/relative_norms.ts";
export {
  CROSS,
  CROSS_MODELS,
  type CrossMeasures,
  type CrossModel,
} from "./stored/cross_model_results.ts";
