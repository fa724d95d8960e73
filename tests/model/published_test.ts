// Against TransformerLens' table of the 14 TinyStories models (SOURCES.md beside it): every tensor's name and shape.
import { assertEquals, assertThrows } from "@std/assert";
import { gptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import type { GptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";
import { publishedConfig } from "../../lib/model/published.ts";
import { realData } from "../data/_real.ts";

/** Positions that TransformerLens keeps of a TinyStories model's 2048. */
const N_CTX = 512;

/** TransformerLens' shapes by name: "[w, b]" stands for both, "[0-3]" for the blocks. */
// deno-lint-ignore no-explicit-any -- nested to any depth
function flattened(tree: any, prefix = ""): [string, string][] {
  if (typeof tree === "string") {
    return [[prefix.slice(0, -1), tree.replace(/[^\d,]/g, "").replace(/,$/, "")]];
  }
  return Object.entries(tree).flatMap(([key, value]) => {
    const [, first, last] = /^\[(\d+)-(\d+)\]$/.exec(key) ?? [];
    const keys = first === undefined
      ? key.replace(/[[\]\s]/g, "").split(",")
      : Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => `${Number(first) + i}`);
    return keys.flatMap((own) => flattened(value, `${prefix}${own}.`));
  });
}

/** Our parameters by TransformerLens' names, with the shapes that it gives them. */
function asTransformerLens(config: GptNeoConfig): [string, string][] {
  const { d_model, n_heads } = config, d_head = d_model / n_heads;
  const shapes = gptNeo.shapes(config), { blocks, ...others } = gptNeo.names!(config);
  const transposed = (name: string) => `${shapes[name].toReversed()}`;
  const perHead = (name: string) => {
    assertEquals(shapes[name], [n_heads * d_head, d_model]);
    return `${[n_heads, d_model, d_head]}`;
  };
  const whole = (name: string) => `${shapes[name]}`;
  return [
    ["embed.W_E", whole(others.W_E)],
    ["pos_embed.W_pos", whole(others.W_pos!)],
    ...blocks.flatMap((block, l): [string, string][] => [
      [`blocks.${l}.ln1.w`, whole(block.ln1.w)],
      [`blocks.${l}.ln1.b`, whole(block.ln1.b!)],
      [`blocks.${l}.ln2.w`, whole(block.ln2.w)],
      [`blocks.${l}.ln2.b`, whole(block.ln2.b!)],
      [`blocks.${l}.attn.W_Q`, perHead(block.W_Q)],
      [`blocks.${l}.attn.W_K`, perHead(block.W_K)],
      [`blocks.${l}.attn.W_V`, perHead(block.W_V)],
      [`blocks.${l}.attn.W_O`, `${[n_heads, shapes[block.W_O][1] / n_heads, d_model]}`],
      [`blocks.${l}.attn.b_O`, whole(block.b_O!)],
      [`blocks.${l}.mlp.W_in`, transposed(block.W_in)],
      [`blocks.${l}.mlp.b_in`, whole(block.b_in!)],
      [`blocks.${l}.mlp.W_out`, transposed(block.W_out)],
      [`blocks.${l}.mlp.b_out`, whole(block.b_out!)],
    ]),
    ["ln_final.w", whole(others.ln_final.w)],
    ["ln_final.b", whole(others.ln_final.b!)],
    ["unembed.W_U", transposed(others.W_U)],
  ];
}

/** What TransformerLens adds: biases of zeros, masks. */
const ADDED = /\.attn\.(b_[QKV]|mask|IGNORE)$|^unembed\.b_U$/;

Deno.test("publishedConfig() gives each of the 14 TinyStories models TransformerLens' names and shapes", () => {
  const path = realData("models/tinystories_models.jsonl");
  if (path === undefined) return;
  const models = Deno.readTextFileSync(path).trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(models.length, 14);
  for (const model of models) {
    const name = model["name.from_cfg"], cfg = model["config.raw__"];
    const { n_ctx, ...config } = publishedConfig(`roneneldan/${name}`);
    assertEquals([n_ctx, cfg.n_ctx], [2048, N_CTX]);
    assertEquals(config, {
      d_vocab: cfg.d_vocab,
      d_model: cfg.d_model,
      d_mlp: cfg.d_mlp,
      n_layers: cfg.n_layers,
      n_heads: cfg.n_heads,
      window: cfg.window_size,
      attention: cfg.attn_types,
      eps: cfg.eps,
      activation: cfg.act_fn,
      tied: true, // TransformerLens' own tie_word_embeddings is false: it copies the matrix
    }, name);
    const table = flattened(model["tensor_shapes.state_dict.raw__"]);
    const wanted = table.filter(([tensor]) => !ADDED.test(tensor)).sort();
    assertEquals(asTransformerLens({ ...config, n_ctx: N_CTX }).sort(), wanted, name);
    assertEquals(wanted.length, 5 + 13 * cfg.n_layers, name);
  }
});

Deno.test("publishedConfig() names the nearest model for one that it does not know", () => {
  assertThrows(
    () => publishedConfig("TinyStories-Instruct-1Layer-21M"),
    RangeError,
    "did you mean TinyStories-Instuct-1Layer-21M?",
  );
  assertThrows(() => publishedConfig("toString"), RangeError, "TinyStories models but found");
});
