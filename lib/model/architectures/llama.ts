/**
 * Llama, and Qwen2 that differs in its biases: RMS norms, rotary positions, groups of query heads
 * that share keys and values, gated MLPs, embeddings tied or not. Hook names are TransformerLens'.
 *
 *   resid_mid  = resid_pre + W_O attention(RMS1(resid_pre)),   scores over √d_head
 *   resid_post = resid_mid + W_out (silu(W_gate RMS2(resid_mid)) · W_in RMS2(resid_mid))
 *   logits     = RMS_f(resid_post of the last block) lm_headᵀ, tied W_Eᵀ
 * @module
 */
import type { Tensor } from "../../tensor/tensor.ts";
import type { Architecture } from "../architecture.ts";
import { attentionLayer } from "../components/attention_layer.ts";
import { sequentialBlock } from "../components/block.ts";
import { embedding } from "../components/embedding.ts";
import { gatedMlpLayer } from "../components/mlp_layer.ts";
import { norm } from "../components/norm.ts";
import { begin, type Pass } from "../components/pass.ts";
import { project } from "../components/project.ts";
import { cacheWidth } from "../kv_cache.ts";
import { checkConfig, type LlamaConfig, type LlamaKind } from "./llama/config.ts";
import { checkNames, isBuffer, takeOut } from "./llama/files.ts";
import { fromHuggingFace, toHuggingFace } from "./llama/hugging_face.ts";
import { blockNames, llamaModules, llamaNames, llamaShapes } from "./llama/names.ts";

/** The architecture of Llama. */
export const llama: Architecture<LlamaConfig> = architecture("llama");

/** The architecture of Qwen2: queries, keys and values have biases. */
export const qwen2: Architecture<LlamaConfig> = architecture("qwen2");

function architecture(kind: LlamaKind): Architecture<LlamaConfig> {
  return {
    name: kind,
    check: (action, config) => checkConfig(action, config, { kind }),
    shapes: llamaShapes,
    keyWidth: ({ n_kv_heads, d_head }) => cacheWidth(n_kv_heads, d_head),
    residual(pass, config, ids) {
      const W_E = pass.weight(llamaNames(config).W_E);
      let { first, resid } = begin(pass, () => embedding(pass, ids, { W_E }));
      for (let layer = first; layer < config.n_layers; layer++) {
        resid = block(pass, config, resid, layer);
      }
      return resid;
    },
    final: (pass, config, resid) =>
      norm(pass, resid, { name: "ln_final", ...llamaNames(config).ln_final, eps: config.eps }),
    unembed: (pass, config, normalized) => project(pass, normalized, { W: llamaNames(config).W_U }),
    names: llamaNames,
    // RMS norms leave no biases behind, so that a processed model is an ordinary one.
    processed: (config) => ({ ...config, tied: false }),
    modules: llamaModules,
    files: {
      toJson: (config) => toHuggingFace(kind, config),
      fromJson: (json, options) => fromHuggingFace(kind, json, options),
      integers: isBuffer,
      checkNames,
      takeOut,
    },
  };
}

function block(pass: Pass, config: LlamaConfig, resid_pre: Tensor, layer: number): Tensor {
  const { n_heads, n_kv_heads, d_head, n_ctx, eps, activation = "silu" } = config;
  const names = blockNames(config, layer), rotary = { ...config.rotary, n_ctx };
  const window = config.attention?.[layer] === "local" ? config.window : 0;
  const heads = { n_heads, n_kv_heads, window, scale: 1 / Math.sqrt(d_head) };
  return sequentialBlock(pass, resid_pre, {
    name: `blocks.${layer}`,
    attention: (streams) => attentionLayer(pass, streams, { layer, names, eps, ...heads, rotary }),
    mlp: (streams) => gatedMlpLayer(pass, streams, { layer, names, eps, activation }),
  });
}
