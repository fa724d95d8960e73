/**
 * GPT-Neo, the architecture of the TinyStories models: alternating global and local attention without 1/√d_head,
 * pre-layer-norm, gelu_new, embeddings tied or not. Tensor names are Hugging Face's, hook names TransformerLens'.
 *
 *   resid_mid  = resid_pre + W_O attention(LN1(resid_pre))
 *   resid_post = resid_mid + W_out gelu(W_in LN2(resid_mid))
 *   logits     = LN_f(resid_post of the last block) W_Eᵀ, untied lm_headᵀ
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import { expectArrays } from "../io/expect_arrays.ts";
import type { HostArray } from "../io/host_array.ts";
import { attention } from "../tensor/ops/attention.ts";
import { attentionPattern } from "../tensor/ops/attention_pattern.ts";
import { add } from "../tensor/ops/arithmetic.ts";
import { embed, type ScatterIndex } from "../tensor/ops/embedding.ts";
import { layerNorm, layerNormScale } from "../tensor/ops/layer_norm.ts";
import { gelu, linear, linearGelu } from "../tensor/ops/linear.ts";
import { matmul } from "../tensor/ops/matmul/matmul.ts";
import { reshape } from "../tensor/ops/reshape.ts";
import { createParameters, type Parameters } from "../tensor/parameters.ts";
import { type Tensor, upload, zeros } from "../tensor/tensor.ts";
import { checkConfig, EMBEDDING, type GptNeoConfig, gptNeoShapes, LM_HEAD } from "./config.ts";
import { type HookPoints, runPass } from "./hook_points.ts";
import type { Hooks } from "./hooks.ts";
import { extendCache, type KeyValueCache } from "./kv_cache.ts";

/** A model on the GPU. */
export type GptNeo = { gpu: Gpu; config: GptNeoConfig; parameters: Parameters };

/**
 * Uploads weights by their Hugging Face names. Throws `Cannot ${action}: ...` on a configuration that is not whole, on
 * missing, unknown or misshapen tensors, and on values that are no numbers.
 */
export function createGptNeo(
  gpu: Gpu,
  config: GptNeoConfig,
  weights: Record<string, HostArray>,
  { action = "create a GPT-Neo model" } = {},
): GptNeo {
  const shapes = gptNeoShapes(checkConfig(action, config));
  expectArrays(action, weights, shapes);
  const ordered = Object.fromEntries(Object.keys(shapes).map((name) => [name, weights[name]]));
  return { gpu, config, parameters: createParameters(gpu, ordered) };
}

/** `index` is the batch's scatter index, needed for gradients; `keyValues` continues earlier tokens. */
export type ForwardOptions = { hooks?: Hooks; index?: ScatterIndex; keyValues?: KeyValueCache };

/** ids u32 [batch, pos] → logits [batch, pos, d_vocab]. */
export function logits(model: GptNeo, ids: Tensor, options: ForwardOptions = {}): Tensor {
  return runPass(model.gpu, options.hooks, (points) => {
    const pass = new Pass(model, points);
    const resid = pass.residual(ids, options);
    const result = pass.unembed(resid);
    points.drop(resid);
    return result;
  });
}

/** LN_f and the unembedding, W_E where the two are tied: resid [..., d_model] → logits [..., d_vocab]. */
export function unembed(model: GptNeo, resid: Tensor, { hooks }: ForwardOptions = {}): Tensor {
  return runPass(model.gpu, hooks, (points) => new Pass(model, points).unembed(resid));
}

/** LN_f alone, for its hooks: resid [..., d_model] → what the unembedding reads [..., d_model]. */
export function finalNorm(model: GptNeo, resid: Tensor, { hooks }: ForwardOptions = {}): Tensor {
  return runPass(model.gpu, hooks, (points) => new Pass(model, points).finalNorm(resid));
}

/** ids u32 [batch, pos] → the residual stream after the last block [batch, pos, d_model]. */
export function residual(model: GptNeo, ids: Tensor, options: ForwardOptions = {}): Tensor {
  return runPass(
    model.gpu,
    options.hooks,
    (points) => new Pass(model, points).residual(ids, options),
  );
}

/** One forward pass through its hook points. */
class Pass {
  constructor(readonly model: GptNeo, readonly points: HookPoints) {}

  weight(name: string): Tensor {
    return this.model.parameters.tensors[name];
  }

  residual(ids: Tensor, { index, keyValues }: ForwardOptions): Tensor {
    const positions = keyValues?.positions;
    this.embeddings(ids, { positions, index });
    const W_E = this.weight("transformer.wte.weight"),
      W_pos = this.weight("transformer.wpe.weight");
    let resid = embed(ids, W_E, { W_pos, positions, index });
    for (let l = 0; l < this.model.config.n_layers; l++) resid = this.block(l, resid, keyValues);
    return resid;
  }

  unembed(resid: Tensor): Tensor {
    const normalized = this.finalNorm(resid);
    const W_U = this.weight(this.model.config.tied ?? true ? EMBEDDING : LM_HEAD);
    const result = matmul(normalized, W_U, "NT");
    this.points.drop(normalized);
    return result;
  }

  finalNorm(resid: Tensor): Tensor {
    return this.norm(resid, { name: "ln_final", weights: "transformer.ln_f" });
  }

  /** A point that is only looked at: its tensor goes into the cache and no further. */
  look(name: string, make: () => { tensor: Tensor; of?: Tensor[] }): void {
    if (!this.points.wants(name)) return;
    const { tensor, of = [] } = make();
    tensor.attach(of, "that was made in a run");
    this.points.look(name, tensor);
  }

  /** The two summands of the first residual, which the model itself adds in one kernel. */
  embeddings(
    ids: Tensor,
    { positions, index }: { positions?: Tensor; index?: ScatterIndex },
  ): void {
    const { gpu, config: { d_model } } = this.model;
    const [W_E, W_pos] = ["wte", "wpe"].map((name) => this.weight(`transformer.${name}.weight`));
    this.look("hook_embed", () => ({ tensor: embed(ids, W_E, { index }) }));
    this.look("hook_pos_embed", () => {
      const nothing = zeros(gpu, [1, d_model]), first = zeros(gpu, ids.shape, "u32");
      return {
        tensor: embed(first, nothing, { W_pos, positions }),
        of: [nothing, first],
      };
    });
  }

  norm(x: Tensor, { name, weights }: { name: string; weights: string }): Tensor {
    const { gpu, config: { eps, d_model } } = this.model;
    const [scale, normalized] = [`${name}.hook_scale`, `${name}.hook_normalized`];
    this.look(scale, () => ({ tensor: layerNormScale(x, { eps }) }));
    this.look(normalized, () => {
      const one = upload(gpu, { shape: [d_model], data: new Float32Array(d_model).fill(1) });
      const zero = zeros(gpu, [d_model]);
      return { tensor: layerNorm(x, one, zero, { eps }), of: [one, zero] };
    });
    return layerNorm(x, this.weight(`${weights}.weight`), this.weight(`${weights}.bias`), { eps });
  }

  block(l: number, resid_pre: Tensor, keyValues?: KeyValueCache): Tensor {
    const name = `blocks.${l}`, h = `transformer.h.${l}`;
    const x = this.points.at(`${name}.hook_resid_pre`, resid_pre);
    const mid = this.points.at(`${name}.hook_resid_mid`, this.attentionLayer(l, x, keyValues));
    this.points.drop(x);
    const normalized = this.norm(mid, { name: `${name}.ln2`, weights: `${h}.ln_2` });
    const hidden = this.mlpHidden(l, normalized);
    const post = this.addOutput(`${name}.hook_mlp_out`, {
      x: hidden,
      weights: `${h}.mlp.c_proj`,
      addend: mid,
    });
    this.points.drop(hidden, mid);
    return this.points.at(`${name}.hook_resid_post`, post);
  }

  attentionLayer(l: number, x: Tensor, keyValues?: KeyValueCache): Tensor {
    const { n_heads, attention: kinds, window: width } = this.model.config;
    const name = `blocks.${l}.attn`, weights = `transformer.h.${l}.attn.attention`;
    const normalized = this.norm(x, {
      name: `blocks.${l}.ln1`,
      weights: `transformer.h.${l}.ln_1`,
    });
    const heads = (hook: string, tensor: Tensor) =>
      this.atHeads(`${name}.hook_${hook}`, tensor, n_heads);
    const [q, k, v] = ["q", "k", "v"].map((part) =>
      heads(part, linear(normalized, this.weight(`${weights}.${part}_proj.weight`)))
    );
    this.points.drop(normalized);
    const options = { n_heads, window: kinds[l] === "local" ? width : 0 };
    this.patterns(name, { q, k }, options);
    const cached = keyValues && extendCache(keyValues, l, { k, v });
    const z = heads(
      "z",
      attention(q, cached?.k ?? k, cached?.v ?? v, { ...options, positions: keyValues?.positions }),
    );
    this.points.drop(q, k, v);
    const result = this.addOutput(`blocks.${l}.hook_attn_out`, {
      x: z,
      weights: `${weights}.out_proj`,
      addend: x,
    });
    this.points.drop(z);
    return result;
  }

  /** TransformerLens keeps q, k, v and z as [batch, pos, n_heads, d_head]. */
  atHeads(name: string, tensor: Tensor, n_heads: number): Tensor {
    if (!this.points.wants(name)) return tensor;
    const [batch, pos, width] = tensor.shape;
    const split = reshape(tensor, [batch, pos, n_heads, width / n_heads]);
    const passed = this.points.at(name, split);
    const joined = reshape(passed, tensor.shape);
    this.points.drop(tensor, passed);
    return joined;
  }

  patterns(
    name: string,
    { q, k }: { q: Tensor; k: Tensor },
    options: { n_heads: number; window: number },
  ): void {
    const names = [`${name}.hook_attn_scores`, `${name}.hook_pattern`];
    if (!names.some((point) => this.points.wants(point))) return;
    const { scores, pattern } = attentionPattern(q, k, options);
    this.points.look(names[0], scores);
    this.points.look(names[1], pattern);
  }

  mlpHidden(l: number, normalized: Tensor): Tensor {
    const name = `blocks.${l}.mlp`, c_fc = `transformer.h.${l}.mlp.c_fc`;
    const W = this.weight(`${c_fc}.weight`), bias = this.weight(`${c_fc}.bias`);
    if (this.points.edits(`${name}.hook_pre`)) {
      const pre = this.points.at(`${name}.hook_pre`, linear(normalized, W, { bias }));
      const post = gelu(pre);
      this.points.drop(normalized, pre);
      return this.points.at(`${name}.hook_post`, post);
    }
    const { pre, post } = linearGelu(normalized, W, bias);
    this.points.drop(normalized, this.points.at(`${name}.hook_pre`, pre));
    return this.points.at(`${name}.hook_post`, post);
  }

  /** A layer's output added to the stream: in one product, unless the output itself is wanted. */
  addOutput(
    name: string,
    { x, weights, addend }: { x: Tensor; weights: string; addend: Tensor },
  ): Tensor {
    const W = this.weight(`${weights}.weight`), bias = this.weight(`${weights}.bias`);
    if (!this.points.wants(name)) return linear(x, W, { bias, addend });
    const out = this.points.at(name, linear(x, W, { bias }));
    const sum = add(out, addend);
    this.points.drop(out);
    return sum;
  }
}
