/**
 * What a user of crosslab imports: one namespace a room, and the verbs that most work begins with.
 * Importing opens no adapter, reads no file and prints nothing.
 *
 * Names are those of the field: hooks as in TransformerLens (`blocks.0.hook_resid_pre`), a
 * crosscoder's tensors as in SAELens (`W_enc`, `W_dec`, `b_enc`, `b_dec`, `threshold`), a language
 * model's as in Hugging Face's classes. `loadModel` opens any of them, from a folder or from
 * `hf:OWNER/NAME`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openGpu, tensor, tokens, upload } from "./mod.ts";
 * using gpu = await openGpu();
 * const a = upload(gpu, { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
 * assertEquals([...await tensor.sum(a).read()], [21]);
 * assertEquals(tokens.decode(tokens.encode("Once upon a time")), "Once upon a time");
 * ```
 * @module
 */

// The rooms, from what knows nothing of the others to what is made of them.
export * as io from "./io/mod.ts";
export * as numerics from "./numerics/mod.ts";
export * as data from "./data/mod.ts";
export * as tokens from "./data/tokenizers/gpt2.ts";
export * as gpu from "./gpu/mod.ts";
export * as tensor from "./tensor/mod.ts";
export * as model from "./model/mod.ts";
export * as crosscoder from "./crosscoder/mod.ts";
export * as diff from "./diff/mod.ts";
export * as interactions from "./interactions/mod.ts";
export * as proofs from "./proofs/mod.ts";
export * as plot from "./plot/mod.ts";
export * as report from "./report/mod.ts";

// A GPU, tensors on it, chance, files.
export { openGpu } from "./gpu/mod.ts";
export { matmul, upload } from "./tensor/mod.ts";
export { stream } from "./numerics/mod.ts";
export { readSafetensors, writeSafetensors } from "./io/mod.ts";

// Text and language models.
export { openCorpus } from "./data/mod.ts";
export {
  createGptNeo,
  generate,
  gptNeoConfig,
  initialWeights,
  loadModel,
  runWithCache,
  runWithHooks,
  saveModel,
} from "./model/mod.ts";

// Crosscoders.
export { evaluateCoder, fitCrosscoder, loadCrosscoder, saveCrosscoder } from "./crosscoder/mod.ts";

// Proofs of what small models do.
export { certify, checkCertificate, makeProver, proveBound, trainMaxOfK } from "./proofs/mod.ts";

// Pictures.
export { displayFigure, saveFigure } from "./plot/mod.ts";

// What the verbs take and give.
export type { Crosscoder } from "./crosscoder/mod.ts";
export type { Gpu } from "./gpu/mod.ts";
export type { HostArray } from "./io/mod.ts";
export type { LanguageModel } from "./model/mod.ts";
export type { Spec } from "./plot/mod.ts";
export type { Tensor } from "./tensor/mod.ts";
