/** Hugging Face's names of the weights of a GPT-Neo, and their shapes. @module */
import type { BlockNames, ModelNames, Module, NormNames } from "../../architecture.ts";
import { namedShapes } from "../shapes.ts";
import type { GptNeoConfig } from "./config.ts";

/**
 * The unembedding of a model whose configuration is not `tied`, and the embedding that serves as
 * both where it is.
 */
export const LM_HEAD = "lm_head.weight";
/** The bias of a processed model's unembedding, which Hugging Face's GPT-Neo has not. */
const HEAD_BIAS = "lm_head.bias";
export const EMBEDDING = "transformer.wte.weight";

/**
 * Where each weight of the model is kept, by what TransformerLens calls it; W are [out, in] as
 * torch.nn.Linear has them.
 */
export const NAMES = {
  W_E: EMBEDDING,
  W_pos: "transformer.wpe.weight",
  ln_final: { w: "transformer.ln_f.weight", b: "transformer.ln_f.bias" },
  W_U: ({ tied = true }: GptNeoConfig) => tied ? EMBEDDING : LM_HEAD,
  b_U: ({ processed }: GptNeoConfig) => processed ? HEAD_BIAS : undefined,
};

type OneBlock =
  & { ln1: Required<NormNames>; ln2: Required<NormNames> }
  & Record<"W_Q" | "W_K" | "W_V" | "W_O" | "b_O" | "W_in" | "b_in" | "W_out" | "b_out", string>
  & Pick<BlockNames, "b_Q" | "b_K" | "b_V">;

/** The same of one block; q, k and v have biases in a processed model alone. */
export function blockNames(
  layer: number,
  { processed = false }: Pick<GptNeoConfig, "processed"> = {},
): OneBlock {
  const block = `transformer.h.${layer}`, attention = `${block}.attn.attention`;
  return {
    ln1: { w: `${block}.ln_1.weight`, b: `${block}.ln_1.bias` },
    W_Q: `${attention}.q_proj.weight`,
    W_K: `${attention}.k_proj.weight`,
    W_V: `${attention}.v_proj.weight`,
    ...(processed && {
      b_Q: `${attention}.q_proj.bias`,
      b_K: `${attention}.k_proj.bias`,
      b_V: `${attention}.v_proj.bias`,
    }),
    W_O: `${attention}.out_proj.weight`,
    b_O: `${attention}.out_proj.bias`,
    ln2: { w: `${block}.ln_2.weight`, b: `${block}.ln_2.bias` },
    W_in: `${block}.mlp.c_fc.weight`,
    b_in: `${block}.mlp.c_fc.bias`,
    W_out: `${block}.mlp.c_proj.weight`,
    b_out: `${block}.mlp.c_proj.bias`,
  };
}

/** The shape of every tensor, by its Hugging Face name. */
export function gptNeoShapes(config: GptNeoConfig): Record<string, number[]> {
  return namedShapes(gptNeoNames(config), config);
}

/** Every weight by TransformerLens' word. */
export function gptNeoNames(config: GptNeoConfig): ModelNames {
  const { W_E, W_pos, ln_final, W_U } = NAMES, b_U = NAMES.b_U(config);
  const blocks = Array.from({ length: config.n_layers }, (_, layer) => blockNames(layer, config));
  return { W_E, W_pos, ln_final, W_U: W_U(config), ...(b_U && { b_U }), blocks };
}

/** Every linear layer of the blocks; each is one parameter. */
export function gptNeoModules(config: GptNeoConfig): Module[] {
  const shapes = gptNeoShapes(config);
  return gptNeoNames(config).blocks.flatMap(({ W_Q, W_K, W_V, W_O, W_in, W_out }) =>
    [W_K, W_V, W_Q, W_O, W_in, W_out].map((W) => ({
      name: W.slice(0, -".weight".length),
      out: shapes[W][0],
      in: shapes[W][1],
      parts: [{ W }],
    }))
  );
}
