/**
 * Language models: architectures behind one interface, hooks with TransformerLens' names, files of
 * Hugging Face, training and generation.
 *
 * A model's files are those of GPTNeoForCausalLM, GPT2LMHeadModel, GPTNeoXForCausalLM (Pythia),
 * LlamaForCausalLM or Qwen2ForCausalLM, embeddings tied or not, or of attention-only models with one
 * head a layer; rotary positions may be scaled as linear, dynamic, llama3 or yarn, not longrope.
 * `loadModel` reads safetensors or `pytorch_model.bin`, in one file or several with an index, f32, f16
 * or bf16, and computes in float32 alone. Of a `.bin` nothing is run, and every name but those that
 * rebuild tensors is refused. `saveModel` writes what transformers loads.
 *
 * `loadModel(gpu, folder, { process: {} })` processes weights as TransformerLens does by default: norms
 * folded, what writes to the residual stream and the unembedding centred, value biases folded. A
 * processed model that is saved opens here and is refused by transformers.
 *
 * Logits and every activation of a cache belong to the caller, each on its own. What an edit returns
 * stays the caller's where it was there before the run; what an edit makes is released together with the
 * run's logits, unless it is kept by `keep`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openGpu } from "../gpu/mod.ts";
 * import { stream } from "../numerics/mod.ts";
 * import { scale, type Tensor } from "../tensor/mod.ts";
 * import * as models from "./mod.ts";
 * using gpu = await openGpu();
 * const config = models.gptNeoConfig({ d_vocab: 20, d_model: 8, n_layers: 1, n_heads: 2, n_ctx: 8 });
 * const weights = models.initialWeights(config, stream(0, "weights"));
 * const model = models.createGptNeo(gpu, config, weights);
 * const { logits, cache } = models.runWithCache(model, [[1, 2, 3]], ["blocks.*.hook_resid_post"]);
 * assertEquals([logits.shape, [...cache.keys()]], [[1, 3, 20], ["blocks.0.hook_resid_post"]]);
 * const [text] = await models.generate(model, [[1, 2, 3]], { maxNewTokens: 2 });
 * assertEquals(text.length, 2);
 *
 * const edits = { "blocks.0.hook_mlp_out": (x: Tensor) => scale(x, 0) }; // without the MLP
 * assertEquals(models.runWithHooks(model, [[1, 2, 3]], edits).shape, [1, 3, 20]);
 *
 * const folder = await Deno.makeTempDir();
 * await models.saveModel(folder, model);
 * const again = await models.loadModel(gpu, folder);
 * assertEquals(again.config, config);
 * await Deno.remove(folder, { recursive: true });
 *
 * const adapters = models.createAdapters(again, { ...models.LORA, r: 4 }, stream(0, "lora"));
 * assertEquals(adapters.modules.map(({ name }) => name.split(".").at(-1)), ["v_proj", "q_proj"]);
 * models.mergeAdapters(again, adapters);
 * ```
 * @module
 */
export { type Processing } from "./processing/options.ts";
export type { Architecture, BlockNames, ModelConfig, ModelNames, Module } from "./architecture.ts";
export { ARCHITECTURES } from "./architectures/mod.ts";
export { attentionOnly, type AttentionOnlyConfig } from "./architectures/attention_only.ts";
export { gpt2 } from "./architectures/gpt2.ts";
export { type Gpt2Config, gpt2Config } from "./architectures/gpt2/config.ts";
export { llama, qwen2 } from "./architectures/llama.ts";
export { type LlamaConfig, llamaConfig } from "./architectures/llama/config.ts";
export { gptNeox } from "./architectures/gpt_neox.ts";
export { type GptNeoxConfig, gptNeoxConfig } from "./architectures/gpt_neox/config.ts";
export { createGptNeo, type GptNeo, gptNeo } from "./architectures/gpt_neo.ts";
export { publishedConfig } from "./published.ts";
export { randomWeights } from "./random_weights.ts";
export { initialWeights } from "./architectures/gpt_neo/weights.ts";
export { type GptNeoConfig, gptNeoConfig } from "./architectures/gpt_neo/config.ts";
export { loadModel, saveModel, vocabularyIn, vocabularyOf } from "./files.ts";
export { checkModel, type ModelCheck, writeSelfTest } from "./check_model.ts";
export { fitLanguageModel, type FitModelOptions } from "./fit.ts";
export { generate, type GenerateOptions } from "./generate.ts";
export { type HeldModel, hold, holdModel } from "./hold.ts";
export { type Edit, hookNames, readingPoints } from "./hooks.ts";
export { keepRun } from "./keep_run.ts";
export { type KeptRows, type KeptRun, rowsOf } from "./kept_rows.ts";
export {
  createModel,
  final,
  type ForwardOptions,
  type LanguageModel,
  logits,
  residual,
  unembed,
} from "./language_model.ts";
export { type RunOptions, runWithCache, runWithHooks, type Tokens } from "./run_with_cache.ts";
export { languageModelLoss } from "./loss.ts";
export { storySequences } from "./story_sequences.ts";
export { type Adapters, adaptersByName, createAdapters, releaseAdapters } from "./lora/adapters.ts";
export { loadAdapters, readAdapterConfig, saveAdapters } from "./lora/files.ts";
export { mergeAdapters, unmergeAdapters } from "./lora/merge.ts";
export { LORA, type LoraSettings } from "./lora/settings.ts";
export { type LanguageModelTraining, trainLanguageModel, type TrainOptions } from "./train.ts";

export type * from "./types.ts";
