/**
 * GPT-NeoX, the architecture of Pythia: rotary positions in a part of each head, attention and MLP
 * side by side, each behind its own layer norm, an unembedding of its own. Hook names are
 * TransformerLens'.
 *
 *   resid_post = resid_pre + W_O attention(LN1(resid_pre)) + W_out act(W_in LN2(resid_pre)), biases added,
 *                without parallel_attn_mlp one after the other, as in GPT-2
 *   logits     = LN_f(resid_post of the last block) embed_outᵀ, tied W_Eᵀ
 * @module
 */
import type { Tensor } from "../../tensor/tensor.ts";
import type { Architecture } from "../architecture.ts";
import { attentionLayer } from "../components/attention_layer.ts";
import { parallelBlock, sequentialBlock } from "../components/block.ts";
import { embedding } from "../components/embedding.ts";
import { mlpLayer } from "../components/mlp_layer.ts";
import { norm } from "../components/norm.ts";
import { cacheWidth } from "../kv_cache.ts";
import { begin, type Pass } from "../components/pass.ts";
import { project } from "../components/project.ts";
import {
  checkConfig,
  fromHuggingFace,
  type GptNeoxConfig,
  toHuggingFace,
} from "./gpt_neox/config.ts";
import { checkNames, isBuffer, putBack, takeOut } from "./gpt_neox/files.ts";
import { blockNames, gptNeoxModules, gptNeoxNames, gptNeoxShapes } from "./gpt_neox/names.ts";

/** The architecture of GPT-NeoX. */
export const gptNeox: Architecture<GptNeoxConfig> = {
  name: "gpt_neox",
  check: (action, config) => checkConfig(action, config),
  shapes: gptNeoxShapes,
  keyWidth: ({ d_model, n_heads }) => cacheWidth(n_heads, d_model / n_heads),
  residual(pass, config, ids) {
    const W_E = pass.weight(gptNeoxNames(config).W_E);
    let { first, resid } = begin(pass, () => embedding(pass, ids, { W_E }));
    for (let layer = first; layer < config.n_layers; layer++) {
      resid = block(pass, config, resid, layer);
    }
    return resid;
  },
  final: (pass, config, resid) =>
    norm(pass, resid, { name: "ln_final", ...gptNeoxNames(config).ln_final, eps: config.eps }),
  unembed(pass, config, normalized) {
    const { W_U: W, b_U: b } = gptNeoxNames(config);
    return project(pass, normalized, { W, b });
  },
  mlp(config, layer) {
    const { ln2: norm, W_in, b_in, W_out, b_out } = blockNames(config, layer);
    return { norm, W_in, b_in, W_out, b_out, activation: config.activation ?? "gelu" };
  },
  names: gptNeoxNames,
  processed: (config, { folded }) => ({
    ...config,
    tied: false,
    ...(folded && { processed: true }),
  }),
  modules: gptNeoxModules,
  files: {
    toJson: toHuggingFace,
    fromJson: fromHuggingFace,
    integers: isBuffer,
    checkNames,
    takeOut,
    putBack,
  },
};

function block(pass: Pass, config: GptNeoxConfig, resid_pre: Tensor, layer: number): Tensor {
  const { n_heads, d_model, n_ctx, eps, activation = "gelu" } = config;
  const names = blockNames(config, layer), rotary = { ...config.rotary, n_ctx };
  const scale = 1 / Math.sqrt(d_model / n_heads);
  const inOrder = config.parallel_attn_mlp ?? true ? parallelBlock : sequentialBlock;
  return inOrder(pass, resid_pre, {
    name: `blocks.${layer}`,
    attention: (streams) =>
      attentionLayer(pass, streams, { layer, names, eps, n_heads, scale, rotary }),
    mlp: (streams) => mlpLayer(pass, streams, { layer, names, eps, activation }),
  });
}
