/** Names and shapes of the weights of a Llama, as Hugging Face's file has them. @module */
import type { BlockNames, ModelNames, Module } from "../../architecture.ts";
import { namedShapes } from "../shapes.ts";
import type { LlamaConfig } from "./config.ts";

/** The embedding, and the unembedding of a model that is not `tied`. */
export const EMBEDDING = "model.embed_tokens.weight";
export const LM_HEAD = "lm_head.weight";

type Block = BlockNames & { W_gate: string };
type Names = Omit<ModelNames, "blocks"> & { blocks: Block[] };

/** Every weight by TransformerLens' word. */
export function llamaNames(config: LlamaConfig): Names {
  const { n_layers, tied = false } = config;
  return {
    W_E: EMBEDDING,
    blocks: Array.from({ length: n_layers }, (_, layer) => blockNames(config, layer)),
    ln_final: { w: "model.norm.weight" },
    W_U: tied ? EMBEDDING : LM_HEAD,
  };
}

/** Those of one block. */
export function blockNames(config: LlamaConfig, layer: number): Block {
  const { qkv_bias = false, o_bias = false, mlp_bias = false } = config;
  const block = `model.layers.${layer}`, attention = `${block}.self_attn`, mlp = `${block}.mlp`;
  return {
    ln1: { w: `${block}.input_layernorm.weight` },
    W_Q: `${attention}.q_proj.weight`,
    W_K: `${attention}.k_proj.weight`,
    W_V: `${attention}.v_proj.weight`,
    W_O: `${attention}.o_proj.weight`,
    ...(qkv_bias && {
      b_Q: `${attention}.q_proj.bias`,
      b_K: `${attention}.k_proj.bias`,
      b_V: `${attention}.v_proj.bias`,
    }),
    ...(o_bias && { b_O: `${attention}.o_proj.bias` }),
    ln2: { w: `${block}.post_attention_layernorm.weight` },
    W_gate: `${mlp}.gate_proj.weight`,
    W_in: `${mlp}.up_proj.weight`,
    W_out: `${mlp}.down_proj.weight`,
    ...(mlp_bias && {
      b_gate: `${mlp}.gate_proj.bias`,
      b_in: `${mlp}.up_proj.bias`,
      b_out: `${mlp}.down_proj.bias`,
    }),
  };
}

/** The shape of every parameter. */
export function llamaShapes(config: LlamaConfig): Record<string, number[]> {
  const { n_heads, n_kv_heads, d_head } = config;
  const widths = { d_q: n_heads * d_head, d_kv: n_kv_heads * d_head };
  return namedShapes(llamaNames(config), { ...config, ...widths });
}

/** The linear modules of the blocks. */
export function llamaModules(config: LlamaConfig): Module[] {
  const shapes = llamaShapes(config);
  return llamaNames(config).blocks.flatMap(({ W_Q, W_K, W_V, W_O, W_gate, W_in, W_out }) =>
    [W_Q, W_K, W_V, W_O, W_gate, W_in, W_out].map((W) => {
      const [out, columns] = shapes[W];
      return { name: W.slice(0, -".weight".length), out, in: columns, parts: [{ W }] };
    })
  );
}
