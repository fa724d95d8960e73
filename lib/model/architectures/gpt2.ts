/**
 * GPT-2: learned positions, pre-layer-norm, scores over √d_head (and, in some models, over the number
 * of the block), an MLP with gelu_new (or gelu, or relu), embeddings tied or not. Hook names are
 * TransformerLens'.
 *
 *   resid_mid  = resid_pre + W_O attention(LN1(resid_pre)) + b_O
 *   resid_post = resid_mid + W_out act(W_in LN2(resid_mid) + b_in) + b_out
 *   logits     = LN_f(resid_post of the last block) W_Eᵀ, untied lm_headᵀ
 * @module
 */
import type { Tensor } from "../../tensor/tensor.ts";
import type { Architecture } from "../architecture.ts";
import { attentionLayer } from "../components/attention_layer.ts";
import { sequentialBlock } from "../components/block.ts";
import { embedding } from "../components/embedding.ts";
import { mlpLayer } from "../components/mlp_layer.ts";
import { norm } from "../components/norm.ts";
import { cacheWidth } from "../kv_cache.ts";
import { begin, type Pass } from "../components/pass.ts";
import { project } from "../components/project.ts";
import { checkConfig, fromHuggingFace, type Gpt2Config, toHuggingFace } from "./gpt2/config.ts";
import { checkNames, isBuffer, putBack, takeOut } from "./gpt2/files.ts";
import { blockNames, gpt2Modules, gpt2Names, gpt2Shapes } from "./gpt2/names.ts";

/** The architecture of GPT-2. */
export const gpt2: Architecture<Gpt2Config> = {
  name: "gpt2",
  check: (action, config) => checkConfig(action, config),
  shapes: gpt2Shapes,
  keyWidth: ({ d_model, n_heads }) => cacheWidth(n_heads, d_model / n_heads),
  residual(pass, config, ids) {
    const { W_E, W_pos } = gpt2Names(config), { weight } = pass;
    const embed = () => embedding(pass, ids, { W_E: weight(W_E), W_pos: weight(W_pos) });
    let { first, resid } = begin(pass, embed);
    for (let layer = first; layer < config.n_layers; layer++) {
      resid = block(pass, config, resid, layer);
    }
    return resid;
  },
  final: (pass, config, resid) =>
    norm(pass, resid, { name: "ln_final", ...gpt2Names(config).ln_final, eps: config.eps }),
  unembed(pass, config, normalized) {
    const { W_U: W, b_U: b } = gpt2Names(config);
    return project(pass, normalized, { W, b });
  },
  mlp({ activation = "gelu_new" }, layer) {
    const { ln2: norm, W_in, b_in, W_out, b_out } = blockNames(layer);
    return { norm, W_in, b_in, W_out, b_out, activation };
  },
  names: gpt2Names,
  processed: (config, { folded }) => ({
    ...config,
    tied: false,
    ...(folded && { processed: true }),
  }),
  modules: gpt2Modules,
  files: {
    toJson: toHuggingFace,
    fromJson: fromHuggingFace,
    integers: isBuffer,
    checkNames,
    takeOut,
    putBack,
  },
};

function block(pass: Pass, config: Gpt2Config, resid_pre: Tensor, layer: number): Tensor {
  const { n_heads, eps, activation = "gelu_new" } = config, names = blockNames(layer);
  return sequentialBlock(pass, resid_pre, {
    name: `blocks.${layer}`,
    attention: (streams) =>
      attentionLayer(pass, streams, { layer, names, eps, n_heads, scale: scaleOf(config, layer) }),
    mlp: (streams) => mlpLayer(pass, streams, { layer, names, eps, activation }),
  });
}

/** What multiplies the scores of block `layer`. */
function scaleOf(config: Gpt2Config, layer: number): number {
  const { d_model, n_heads, use_attn_scale = true } = config;
  const scale = use_attn_scale ? 1 / Math.sqrt(d_model / n_heads) : 1;
  return config.scale_attn_by_inverse_layer_idx ? scale / (layer + 1) : scale;
}
