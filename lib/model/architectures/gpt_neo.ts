/**
 * GPT-Neo, the architecture of the TinyStories models: alternating global and local attention
 * without 1/√d_head, pre-layer-norm, an MLP with gelu_new (or gelu, or relu), embeddings tied or
 * not. Hook names are TransformerLens'.
 *
 *   resid_mid  = resid_pre + W_O attention(LN1(resid_pre))
 *   resid_post = resid_mid + W_out act(W_in LN2(resid_mid))
 *   logits     = LN_f(resid_post of the last block) W_Eᵀ, untied lm_headᵀ
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import type { HostArray } from "../../io/host_array.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { attentionLayer } from "../components/attention_layer.ts";
import { sequentialBlock } from "../components/block.ts";
import { embedding } from "../components/embedding.ts";
import { mlpLayer } from "../components/mlp_layer.ts";
import { norm } from "../components/norm.ts";
import { begin, type Pass } from "../components/pass.ts";
import { project } from "../components/project.ts";
import {
  checkConfig,
  fromHuggingFace,
  type GptNeoConfig,
  toHuggingFace,
} from "./gpt_neo/config.ts";
import { tieMatrices } from "./file_names.ts";
import { dropMasks, isBuffer, refusePrefix } from "./gpt_neo/extra_tensors.ts";
import type { Architecture } from "../architecture.ts";
import { cacheWidth } from "../kv_cache.ts";
import { createModel, type LanguageModel } from "../language_model.ts";
import {
  blockNames,
  EMBEDDING,
  gptNeoModules,
  gptNeoNames,
  gptNeoShapes,
  LM_HEAD,
  NAMES,
} from "./gpt_neo/names.ts";

/** A GPT-Neo on the GPU. */
export type GptNeo = LanguageModel<GptNeoConfig>;

/** The architecture of GPT-Neo. */
export const gptNeo: Architecture<GptNeoConfig> = {
  name: "gpt_neo",
  check: (action, config) => checkConfig(action, config),
  shapes: gptNeoShapes,
  keyWidth: ({ d_model, n_heads }) => cacheWidth(n_heads, d_model / n_heads),
  residual(pass, config, ids) {
    const { weight } = pass;
    const embed = () =>
      embedding(pass, ids, { W_E: weight(NAMES.W_E), W_pos: weight(NAMES.W_pos) });
    let { first, resid } = begin(pass, embed);
    for (let layer = first; layer < config.n_layers; layer++) {
      resid = block(pass, config, resid, layer);
    }
    return resid;
  },
  final: (pass, { eps }, resid) => norm(pass, resid, { name: "ln_final", ...NAMES.ln_final, eps }),
  unembed: (pass, config, normalized) =>
    project(pass, normalized, { W: NAMES.W_U(config), b: NAMES.b_U(config) }),
  mlp({ activation = "gelu_new" }, layer) {
    const { ln2: norm, W_in, b_in, W_out, b_out } = blockNames(layer);
    return { norm, W_in, b_in, W_out, b_out, activation };
  },
  names: gptNeoNames,
  processed: (config, { folded }) => ({
    ...config,
    tied: false,
    ...(folded && { processed: true }),
  }),
  modules: gptNeoModules,
  files: {
    toJson: toHuggingFace,
    fromJson: fromHuggingFace,
    integers: isBuffer,
    checkNames: refusePrefix,
    takeOut(action, tensors, config) {
      dropMasks(action, tensors, config);
      const { tied = true } = config;
      if (tied) tieMatrices(action, tensors, { head: LM_HEAD, embedding: EMBEDDING });
    },
  },
};

/**
 * Uploads weights by their Hugging Face names. Throws `Cannot ${action}: ...` on a configuration
 * that is not whole, on missing, unknown or misshapen tensors, and on values that are no numbers.
 */
export function createGptNeo(
  gpu: Gpu,
  config: GptNeoConfig,
  weights: Record<string, HostArray>,
  { action = "create a GPT-Neo model" } = {},
): GptNeo {
  return createModel(gpu, gptNeo, config, weights, { action });
}

function block(pass: Pass, config: GptNeoConfig, resid_pre: Tensor, layer: number): Tensor {
  const { n_heads, attention, eps, activation = "gelu_new" } = config;
  const names = blockNames(layer, config);
  const window = attention[layer] === "local" ? config.window : 0;
  return sequentialBlock(pass, resid_pre, {
    name: `blocks.${layer}`,
    attention: (streams) =>
      attentionLayer(pass, streams, { layer, names, eps, n_heads, window, scale: 1 }),
    mlp: (streams) => mlpLayer(pass, streams, { layer, names, eps, activation }),
  });
}
