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
import { matmul } from "../../tensor/ops/matmul/matmul.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { atHeads, heads } from "../components/attention.ts";
import { embedding } from "../components/embedding.ts";
import { mlpHidden } from "../components/mlp.ts";
import { norm } from "../components/norm.ts";
import { addOutput } from "../components/output.ts";
import { begin, type Pass } from "../components/pass.ts";
import { project } from "../components/project.ts";
import {
  checkConfig,
  fromHuggingFace,
  type GptNeoConfig,
  toHuggingFace,
} from "./gpt_neo/config.ts";
import { dropMasks, isBuffer, refusePrefix, tieEmbeddings } from "./gpt_neo/extra_tensors.ts";
import type { Architecture } from "../architecture.ts";
import { createModel, type LanguageModel } from "../language_model.ts";
import { blockNames, gptNeoModules, gptNeoNames, gptNeoShapes, NAMES } from "./gpt_neo/names.ts";

/** A GPT-Neo on the GPU. */
export type GptNeo = LanguageModel<GptNeoConfig>;

/** What a block reads its weights by: each under TransformerLens' name. */
type Block = ReturnType<typeof blockNames>;

/** The architecture of GPT-Neo. */
export const gptNeo: Architecture<GptNeoConfig> = {
  name: "gpt_neo",
  check: (action, config) => checkConfig(action, config),
  shapes: gptNeoShapes,
  keyWidth: ({ d_model }) => d_model,
  residual(pass, config, ids) {
    const { weight } = pass;
    const embed = () =>
      embedding(pass, ids, { W_E: weight(NAMES.W_E), W_pos: weight(NAMES.W_pos) });
    let { first, resid } = begin(pass, embed);
    for (let layer = first; layer < config.n_layers; layer++) {
      resid = block(pass, config, resid, { layer, names: blockNames(layer) });
    }
    return resid;
  },
  final: (pass, { eps }, resid) =>
    norm(pass, resid, { name: "ln_final", ...lookUp(pass, NAMES.ln_final), eps }),
  unembed: ({ weight }, config, normalized) => matmul(normalized, weight(NAMES.W_U(config)), "NT"),
  mlp({ activation = "gelu_new" }, layer) {
    const { ln2: norm, W_in, b_in, W_out, b_out } = blockNames(layer);
    return { norm, W_in, b_in, W_out, b_out, activation };
  },
  names: gptNeoNames,
  modules: gptNeoModules,
  files: {
    toJson: toHuggingFace,
    fromJson: fromHuggingFace,
    integers: isBuffer,
    checkNames: refusePrefix,
    takeOut(action, tensors, config) {
      dropMasks(action, tensors, config);
      tieEmbeddings(action, tensors, config);
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

type Layer = { layer: number; names: Block };

function block(pass: Pass, config: GptNeoConfig, resid_pre: Tensor, at: Layer): Tensor {
  const { points } = pass, { names } = at, name = `blocks.${at.layer}`;
  const pre = points.at(`${name}.hook_resid_pre`, resid_pre);
  const mid = points.at(`${name}.hook_resid_mid`, attended(pass, config, pre, at));
  points.drop(pre);
  const normalized = norm(pass, mid, {
    name: `${name}.ln2`,
    ...lookUp(pass, names.ln2),
    eps: config.eps,
  });
  points.reads(`${name}.ln2.hook_normalized`, "mlp");
  const hidden = mlpHidden(pass, normalized, {
    name: `${name}.mlp`,
    W_in: names.W_in,
    b_in: names.b_in,
    activation: config.activation ?? "gelu_new",
  });
  const post = addOutput(pass, mid, {
    name: `${name}.hook_mlp_out`,
    make: (addend) => project(pass, hidden, { W: names.W_out, b: names.b_out, addend }),
  });
  points.drop(hidden, mid);
  return points.at(`${name}.hook_resid_post`, post);
}

function attended(pass: Pass, config: GptNeoConfig, pre: Tensor, { layer, names }: Layer): Tensor {
  const { points } = pass, { n_heads, attention, window, eps } = config;
  const name = `blocks.${layer}`;
  const normalized = norm(pass, pre, { name: `${name}.ln1`, ...lookUp(pass, names.ln1), eps });
  points.reads(`${name}.ln1.hook_normalized`, "attention");
  const projected = (part: "q" | "k" | "v", W: string) =>
    atHeads(points, project(pass, normalized, { W }), {
      name: `${name}.attn.hook_${part}`,
      n_heads,
    });
  const q = projected("q", names.W_Q), k = projected("k", names.W_K), v = projected("v", names.W_V);
  points.drop(normalized);
  const z = heads(pass, { q, k, v }, {
    layer,
    n_heads,
    window: attention[layer] === "local" ? window : 0,
  });
  const result = addOutput(pass, pre, {
    name: `${name}.hook_attn_out`,
    make: (addend) => project(pass, z, { W: names.W_O, b: names.b_O, addend }),
  });
  points.drop(z);
  return result;
}

function lookUp({ weight }: Pass, { w, b }: { w: string; b: string }): { w: Tensor; b: Tensor } {
  return { w: weight(w), b: weight(b) };
}
