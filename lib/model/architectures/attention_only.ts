/**
 * Attention-only transformers with one head a layer, without layer norm and biases: the Max-of-K
 * models of Gross et al. (2024, arXiv:2406.11779, section 3) have one layer. Tensor and hook names
 * are TransformerLens'.
 *
 *   resid_post = resid_pre + attention(resid_pre W_Q, resid_pre W_K, resid_pre W_V) W_O,   scores over √d_head
 *   logits     = resid_post of the last block W_U
 * @module
 */
import { exactly, expectForm, oneOf } from "../../io/form.ts";
import { escaped } from "../../io/show.ts";
import { add } from "../../tensor/ops/arithmetic.ts";
import { matmul } from "../../tensor/ops/matmul/matmul.ts";
import { reshape, view } from "../../tensor/ops/reshape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { atHeads, heads } from "../components/attention.ts";
import { embedding } from "../components/embedding.ts";
import { addOutput } from "../components/output.ts";
import { begin, type Pass } from "../components/pass.ts";
import type { Architecture, ModelConfig } from "../architecture.ts";
import { cacheWidth } from "../kv_cache.ts";
import { LAYERS, SIZE } from "../size_forms.ts";

/** `n_heads` is 1. For Max-of-K, n_ctx is K and the answer stands at the last position. */
export type AttentionOnlyConfig = ModelConfig & { d_head: number };

const SIZES = {
  d_vocab: SIZE,
  d_model: SIZE,
  d_head: SIZE,
  n_layers: LAYERS,
  n_heads: SIZE,
  n_ctx: SIZE,
};
const CONFIG = exactly(SIZES);
const FILE = exactly({ model_type: oneOf(["attention_only"]), ...SIZES });

/** The architecture of attention-only models. */
export const attentionOnly: Architecture<AttentionOnlyConfig> = {
  name: "attention_only",
  check(action, found) {
    const config = expectForm(action, found, CONFIG, "correct the sizes");
    if (config.n_heads === 1) return config;
    throw new RangeError(
      `Cannot ${action}: expected one head but found ${config.n_heads}: set n_heads to 1`,
    );
  },
  shapes({ d_vocab, d_model, d_head, n_layers, n_ctx }) {
    const shapes: Record<string, number[]> = {
      "embed.W_E": [d_vocab, d_model],
      "pos_embed.W_pos": [n_ctx, d_model],
    };
    for (let layer = 0; layer < n_layers; layer++) {
      for (const part of ["Q", "K", "V"]) shapes[weightName(layer, part)] = [1, d_model, d_head];
      shapes[weightName(layer, "O")] = [1, d_head, d_model];
    }
    return { ...shapes, "unembed.W_U": [d_model, d_vocab] };
  },
  keyWidth: ({ d_head }) => cacheWidth(1, d_head),
  residual(pass, config, ids) {
    const W_E = pass.weight("embed.W_E"), W_pos = pass.weight("pos_embed.W_pos");
    let { first, resid } = begin(pass, () => embedding(pass, ids, { W_E, W_pos }));
    for (let layer = first; layer < config.n_layers; layer++) {
      resid = block(pass, config, resid, layer);
    }
    return resid;
  },
  final: (_, __, resid) => reshape(resid, resid.shape),
  unembed: ({ weight }, _, resid) => matmul(resid, weight("unembed.W_U")),
  files: {
    toJson: (config) => ({ model_type: attentionOnly.name, ...config }),
    fromJson(json, { file }) {
      const action = `load model configuration ${escaped(file)}`;
      const { model_type: _, ...config } = expectForm(action, json, FILE, "correct the file");
      return attentionOnly.check(action, config);
    },
  },
};

function weightName(layer: number, part: string): string {
  return `blocks.${layer}.attn.W_${part}`;
}

function block(
  pass: Pass,
  { d_head, d_model }: AttentionOnlyConfig,
  resid_pre: Tensor,
  layer: number,
): Tensor {
  const { points, weight } = pass, name = `blocks.${layer}`;
  const matrix = (part: string, shape: number[]) => view(weight(weightName(layer, part)), shape);
  const pre = points.at(`${name}.hook_resid_pre`, resid_pre);
  points.reads(`${name}.hook_resid_pre`, "attention");
  const project = (part: "q" | "k" | "v") => {
    const projected = matmul(pre, matrix(part.toUpperCase(), [d_model, d_head]));
    return atHeads(points, projected, { name: `${name}.attn.hook_${part}`, n_heads: 1 });
  };
  const q = project("q"), k = project("k"), v = project("v");
  const z = heads(pass, { q, k, v }, { layer, n_heads: 1, scale: 1 / Math.sqrt(d_head) });
  const post = addOutput(pass, pre, {
    name: `${name}.hook_attn_out`,
    make: (stream) => {
      const out = matmul(z, matrix("O", [d_head, d_model]));
      if (stream === undefined) return out;
      const sum = add(out, stream);
      points.drop(out);
      return sum;
    },
  });
  points.drop(z, pre);
  return points.at(`${name}.hook_resid_post`, post);
}
