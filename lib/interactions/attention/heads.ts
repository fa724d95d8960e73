/**
 * The heads of a block as its site sees them: what a row of the site is multiplied by to give
 * queries, keys and values, layer norm's weights and the scale of the scores folded in.
 *
 *   q = x W_Q + b_Q,  k = x W_K + b_K,  v = x W_V + b_V,  score = q · k,  out = Σ_h (A_h v_h) W_O + b_O
 * @module
 */
import type { HostArray } from "../../io/host_array.ts";
import { expectForm, whole } from "../../io/form.ts";
import type { AttentionOnlyConfig } from "../../model/architectures/attention_only.ts";
import type { GptNeoConfig } from "../../model/architectures/gpt_neo/config.ts";
import { blockNames } from "../../model/architectures/gpt_neo/names.ts";
import { readingPoints } from "../../model/hooks.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { readTensors } from "../../tensor/read.ts";
import { foldHeads, type HeadArrays } from "./fold_heads.ts";

/**
 * `site` is the hook that the heads read. A query sees the `window` keys up to its own, all of them
 * where it is 0. W_Q, W_K, W_V [d_model, n_heads · d_head], heads side by side; b_Q, b_K, b_V
 * [n_heads · d_head]; W_O [n_heads · d_head, d_model]; b_O [d_model].
 */
export type Heads = {
  layer: number;
  site: string;
  d_model: number;
  n_heads: number;
  d_head: number;
  window: number;
} & Record<"W_Q" | "W_K" | "W_V" | "W_O" | "b_Q" | "b_K" | "b_V" | "b_O", HostArray>;

type Described = Omit<Heads, "layer" | "site" | keyof HeadArrays> & { arrays: HeadArrays };

/** What is known of a model's heads, by the name of its architecture. */
const ARCHITECTURES: Record<string, (model: LanguageModel, layer: number) => Promise<Described>> = {
  gpt_neo: gptNeoHeads,
  attention_only: attentionOnlyHeads,
};

/**
 * The heads of block `layer`. Throws on a block that is not there, and on an architecture whose
 * scores are not one bilinear form of what stands at the site.
 */
export async function headsOf(model: LanguageModel, layer: number): Promise<Heads> {
  const { architecture: { name }, config: { n_layers } } = model;
  const describe = ARCHITECTURES[name];
  if (describe === undefined) {
    throw new RangeError(
      `Cannot take the heads of a model: expected ${Object.keys(ARCHITECTURES).join(" or ")}, ` +
        `whose scores are one bilinear form for all pairs of positions, but found ${name}` +
        ("rotary" in model.config
          ? ", whose rotary embeddings would need one form for each distance of query and key: " +
            "take a model without them"
          : ", whose heads are not described here: describe them beside these, or take a model of " +
            "these"),
    );
  }
  expectForm("take the heads of a block", layer, whole(0, n_layers - 1), "count blocks from 0");
  const { arrays, ...sizes } = await describe(model, layer);
  if (sizes.d_head % 4 !== 0) {
    throw new RangeError(
      "Cannot take the heads of a model: expected d_head to be a multiple of four, as the kernels " +
        `of these metrics move four values at once, but found ${sizes.d_head}: take another model`,
    );
  }
  return { layer, site: readingPoints(model).attention[layer], ...sizes, ...arrays };
}

/**
 * GPT-Neo: layer norm before, no scale, a window in local blocks, no bias but of the output where
 * the model is not processed.
 */
async function gptNeoHeads(model: LanguageModel, layer: number): Promise<Described> {
  const config = model.config as GptNeoConfig, { d_model, n_heads, attention, window } = config;
  const { ln1, W_Q, W_K, W_V, W_O, b_O, b_Q, b_K, b_V } = blockNames(layer, config);
  const read = (names: string[]) =>
    readTensors(names.map((name) => model.parameters.tensors[name]));
  const [w, b, Q, K, V, O, bias] = await read([ln1.w, ln1.b, W_Q, W_K, W_V, W_O, b_O]);
  const biases = b_Q && b_K && b_V ? await read([b_Q, b_K, b_V]) : [];
  const arrays = foldHeads({
    d_model,
    width: d_model,
    norm: { w, b },
    Q,
    K,
    V,
    O,
    b_O: bias,
    b_Q: biases[0],
    b_K: biases[1],
    b_V: biases[2],
    outFirst: true,
  });
  const local = attention[layer] === "local";
  return { d_model, n_heads, d_head: d_model / n_heads, window: local ? window : 0, arrays };
}

/** One head, no layer norm, no bias, scores over √d_head. */
async function attentionOnlyHeads(model: LanguageModel, layer: number): Promise<Described> {
  const { d_model, d_head, n_heads } = model.config as AttentionOnlyConfig;
  const names = ["Q", "K", "V", "O"].map((part) => `blocks.${layer}.attn.W_${part}`);
  const [Q, K, V, O] = await readTensors(names.map((name) => model.parameters.tensors[name]));
  const scale = 1 / Math.sqrt(d_head);
  const arrays = foldHeads({ d_model, width: d_head, scale, Q, K, V, O, outFirst: false });
  return { d_model, n_heads, d_head, window: 0, arrays };
}
