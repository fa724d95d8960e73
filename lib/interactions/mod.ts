/**
 * Feature interactions: how features of a dictionary act together through the nonlinearities of a
 * model.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CODER_NAMES, interactionsSettings } from "./mod.ts";
 * assertEquals(interactionsSettings("small").dictionary.k, 12);
 * assertEquals(CODER_NAMES[0], "mlp");
 * ```
 * @module
 */
export * as formulas from "./formulas/mod.ts";
export { CODER_NAMES, type CoderName, MODEL_NAMES, type ModelName } from "./run/names.ts";
export type { Dictionaries, DictionaryQuality, ModelQuality } from "./run/phases/dictionaries.ts";
export type { ChangedPair, Diffing, DiffingSeed } from "./run/phases/diffing.ts";
export { runInteractions } from "./run/pipeline.ts";
export { planInteractions } from "./run/plan.ts";
export { type InteractionsSettings, interactionsSettings } from "./run/presets.ts";
export { type InteractionsResults, readInteractions } from "./run/results.ts";
export type { InteractionsTask } from "./run/task.ts";
export { certifyResidual, writeEncodings } from "./proof/certify.ts";
export { checkResidual, isResidualCertificate } from "./proof/checker/check.ts";
