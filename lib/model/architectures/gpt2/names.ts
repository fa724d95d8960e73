/** Names and shapes of the weights of a GPT-2, as parameters and as a file has them. @module */
import type { BlockNames, ModelNames } from "../../architecture.ts";
import type { FusedModule } from "../fused.ts";
import { namedShapes } from "../shapes.ts";
import type { Gpt2Config } from "./config.ts";

/**
 * The unembedding of a model that is not `tied`, and the embedding. A processed model's unembedding
 * has a bias, which Hugging Face's GPT-2 has not.
 */
export const LM_HEAD = "lm_head.weight";
export const EMBEDDING = "transformer.wte.weight";

type Norm = Record<"w" | "b", string>;
type Block = Required<Omit<BlockNames, "W_gate" | "b_gate" | "ln1" | "ln2">> & {
  ln1: Norm;
  ln2: Norm;
};

/** GPT-2's norms have biases, and it has positions. */
type Names = Omit<ModelNames, "blocks"> & { W_pos: string; ln_final: Norm; blocks: Block[] };

/** Every weight by TransformerLens' word. */
export function gpt2Names({ n_layers, tied = true, processed = false }: Gpt2Config): Names {
  return {
    W_E: EMBEDDING,
    W_pos: "transformer.wpe.weight",
    blocks: Array.from({ length: n_layers }, (_, layer) => blockNames(layer)),
    ln_final: { w: "transformer.ln_f.weight", b: "transformer.ln_f.bias" },
    W_U: tied ? EMBEDDING : LM_HEAD,
    ...(processed && { b_U: "lm_head.bias" }),
  };
}

/** Those of one block. The file has q, k and v as one module, c_attn. */
export function blockNames(layer: number): Block {
  const block = `transformer.h.${layer}`;
  return {
    ln1: { w: `${block}.ln_1.weight`, b: `${block}.ln_1.bias` },
    W_Q: `${block}.attn.c_attn.q.weight`,
    W_K: `${block}.attn.c_attn.k.weight`,
    W_V: `${block}.attn.c_attn.v.weight`,
    b_Q: `${block}.attn.c_attn.q.bias`,
    b_K: `${block}.attn.c_attn.k.bias`,
    b_V: `${block}.attn.c_attn.v.bias`,
    W_O: `${block}.attn.c_proj.weight`,
    b_O: `${block}.attn.c_proj.bias`,
    ln2: { w: `${block}.ln_2.weight`, b: `${block}.ln_2.bias` },
    W_in: `${block}.mlp.c_fc.weight`,
    b_in: `${block}.mlp.c_fc.bias`,
    W_out: `${block}.mlp.c_proj.weight`,
    b_out: `${block}.mlp.c_proj.bias`,
  };
}

/** The shape of every parameter. */
export function gpt2Shapes(config: Gpt2Config): Record<string, number[]> {
  return namedShapes(gpt2Names(config), config);
}

/** The linear modules, Conv1D in transformers: their weights lie [in, out] in a file. */
export function gpt2Modules(config: Gpt2Config): FusedModule[] {
  const { d_model, d_mlp } = config;
  const part = (W: string, b: string, first: number) => ({
    W,
    b,
    rows: Uint32Array.from({ length: d_model }, (_, r) => first + r),
  });
  return gpt2Names(config).blocks.flatMap((names, layer): FusedModule[] => {
    const { W_Q, W_K, W_V, b_Q, b_K, b_V } = names, block = `transformer.h.${layer}`;
    const whole = (name: string, out: number, columns: number, [W, b]: [string, string]) => ({
      name: `${block}.${name}`,
      out,
      in: columns,
      fanInFanOut: true,
      parts: [{ W, b }],
    });
    const parts = [part(W_Q, b_Q, 0), part(W_K, b_K, d_model), part(W_V, b_V, 2 * d_model)];
    return [
      { ...whole("attn.c_attn", 3 * d_model, d_model, ["", ""]), parts },
      whole("attn.c_proj", d_model, d_model, [names.W_O, names.b_O]),
      whole("mlp.c_fc", d_mlp, d_model, [names.W_in, names.b_in]),
      whole("mlp.c_proj", d_model, d_mlp, [names.W_out, names.b_out]),
    ];
  });
}
