/** Names and shapes of the weights of a GPT-NeoX, as parameters and as a file has them. @module */
import type { BlockNames, ModelNames } from "../../architecture.ts";
import type { FusedModule } from "../fused.ts";
import { namedShapes } from "../shapes.ts";
import type { GptNeoxConfig } from "./config.ts";

/** The embedding, and the unembedding of a model that is not `tied`. */
export const EMBEDDING = "gpt_neox.embed_in.weight";
export const EMBED_OUT = "embed_out.weight";
/** What transformers since 5.14 calls the unembedding, where it saves it under its own name. */
export const LM_HEAD = "lm_head.weight";

type Norm = Record<"w" | "b", string>;
type Block =
  & Omit<BlockNames, "ln1" | "ln2">
  & { ln1: Norm; ln2: Norm }
  & Record<"b_in" | "b_out", string>;
type Names = Omit<ModelNames, "blocks"> & { ln_final: Norm; blocks: Block[] };

/** Every weight by TransformerLens' word. */
export function gptNeoxNames(config: GptNeoxConfig): Names {
  const { n_layers, tied = false, processed = false } = config;
  return {
    W_E: EMBEDDING,
    blocks: Array.from({ length: n_layers }, (_, layer) => blockNames(config, layer)),
    ln_final: { w: "gpt_neox.final_layer_norm.weight", b: "gpt_neox.final_layer_norm.bias" },
    W_U: tied ? EMBEDDING : EMBED_OUT,
    ...(processed && { b_U: "embed_out.bias" }),
  };
}

/** Those of one block. The file has q, k and v as one module, query_key_value. */
export function blockNames(config: GptNeoxConfig, layer: number): Block {
  const { attention_bias = true, processed = false } = config;
  const block = `gpt_neox.layers.${layer}`, fused = `${block}.attention.query_key_value`;
  return {
    ln1: { w: `${block}.input_layernorm.weight`, b: `${block}.input_layernorm.bias` },
    W_Q: `${fused}.q.weight`,
    W_K: `${fused}.k.weight`,
    W_V: `${fused}.v.weight`,
    ...((attention_bias || processed) && {
      b_Q: `${fused}.q.bias`,
      b_K: `${fused}.k.bias`,
      b_V: `${fused}.v.bias`,
    }),
    W_O: `${block}.attention.dense.weight`,
    ...((attention_bias || processed) && { b_O: `${block}.attention.dense.bias` }),
    ln2: {
      w: `${block}.post_attention_layernorm.weight`,
      b: `${block}.post_attention_layernorm.bias`,
    },
    W_in: `${block}.mlp.dense_h_to_4h.weight`,
    b_in: `${block}.mlp.dense_h_to_4h.bias`,
    W_out: `${block}.mlp.dense_4h_to_h.weight`,
    b_out: `${block}.mlp.dense_4h_to_h.bias`,
  };
}

/** The shape of every parameter. */
export function gptNeoxShapes(config: GptNeoxConfig): Record<string, number[]> {
  return namedShapes(gptNeoxNames(config), config);
}

/** The linear modules. Rows of query_key_value are [n_heads, 3, d_head]: q, k and v of each head. */
export function gptNeoxModules(config: GptNeoxConfig): FusedModule[] {
  const { d_model, d_mlp, n_heads } = config, d_head = d_model / n_heads;
  const part = (W: string, b: string | undefined, which: number) => ({
    W,
    b,
    rows: Uint32Array.from(
      { length: d_model },
      (_, r) => (Math.floor(r / d_head) * 3 + which) * d_head + r % d_head,
    ),
  });
  return gptNeoxNames(config).blocks.flatMap((names, layer): FusedModule[] => {
    const { W_Q, W_K, W_V, b_Q, b_K, b_V } = names, block = `gpt_neox.layers.${layer}`;
    const whole = (W: string, out: number, columns: number) => ({
      name: W.slice(0, -".weight".length),
      out,
      in: columns,
      parts: [{ W }],
    });
    return [
      {
        name: `${block}.attention.query_key_value`,
        out: 3 * d_model,
        in: d_model,
        parts: [part(W_Q, b_Q, 0), part(W_K, b_K, 1), part(W_V, b_V, 2)],
      },
      whole(names.W_O, d_model, d_model),
      whole(names.W_in, d_mlp, d_model),
      whole(names.W_out, d_model, d_mlp),
    ];
  });
}
