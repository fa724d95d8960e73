// Fixtures: tests/fixtures/gpt_neo.py has weights, logits and hooks of an unprocessed GPT-Neo, processing.py what
// TransformerLens makes of its weights. float64 there, float32 here.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { openGpu } from "../../../lib/gpu/open.ts";
import { headsOf } from "../../../lib/interactions/attention/heads.ts";
import { mlpOf } from "../../../lib/interactions/players/mlp.ts";
import { readJson, writeJson } from "../../../lib/io/files.ts";
import { attentionOnly } from "../../../lib/model/architectures/attention_only.ts";
import { createGptNeo, gptNeo } from "../../../lib/model/architectures/gpt_neo.ts";
import {
  checkConfig,
  fromHuggingFace,
  type GptNeoConfig,
} from "../../../lib/model/architectures/gpt_neo/config.ts";
import { loadModel, saveModel } from "../../../lib/model/files.ts";
import { generate } from "../../../lib/model/generate.ts";
import type { LanguageModel } from "../../../lib/model/language_model.ts";
import { hookNames } from "../../../lib/model/hooks.ts";
import { processModel } from "../../../lib/model/processing/model.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import { readParameters } from "../../../lib/tensor/parameters.ts";
import { assertClose, fixture, fixtureOptions, inFolder } from "../../util.ts";

const gpu = await openGpu();

const pt = await fixture("gpt_neo"), lens = await fixture("processing");
const config = fromHuggingFace({
  // deno-lint-ignore no-explicit-any
  ...(await fixtureOptions<any>("gpt_neo")),
  model_type: "gpt_neo",
});
const weights = Object.fromEntries(
  Object.entries(pt).filter(([name]) => name.startsWith("transformer.")),
);
const sequences = Array.from({ length: 3 }, (_, i) => pt.tokens.data.slice(13 * i, 13 * (i + 1)));
const made = processModel("test", gptNeo, { config, weights, process: {} });

/** The values, each row of `width` less its mean. */
function withoutMean(values: ArrayLike<number>, width: number): Float64Array {
  const mean = (row: number) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += values[row * width + i];
    return sum / width;
  };
  return Float64Array.from(values, (value, i) => value - mean(Math.floor(i / width)));
}

Deno.test("processModel() gives a GPT-Neo TransformerLens' weights", () => {
  const { config: { tied, processed }, weights: found } = made;
  assertEquals([tied, processed], [false, true]);
  const { ln_final: _, blocks, ...outer } = gptNeo.names!(made.config);
  const check = (ours: string, theirs: string) =>
    assertClose(found[ours].data, lens[`neo.processed.${theirs}`], { name: theirs, rtol: 1e-6 });
  for (const [word, name] of Object.entries(outer)) {
    check(name, `${{ W_E: "embed", W_pos: "pos_embed" }[word] ?? "unembed"}.${word}`);
  }
  for (const [layer, { ln1: _, ln2: __, ...block }] of blocks.entries()) {
    assertEquals(Object.keys(block).length, 12);
    for (const [word, name] of Object.entries(block)) {
      check(name, `blocks.${layer}.${/_(in|out)$/.test(word) ? "mlp" : "attn"}.${word}`);
    }
  }
});

Deno.test("a processed GPT-Neo has the logits less their mean, centred streams, and all else as before", async () => {
  const model = createGptNeo(gpu, made.config, made.weights);
  const names = hookNames(model).filter((name) => name in pt && !/hook_(q|k|v|z)$/.test(name));
  assert(names.length > 30);
  const { logits, cache } = await runWithCache(model, sequences, names);
  const d_model = 24, expected = withoutMean(pt.logits.data, 61);
  const name = "logits"; // worst seen: 2e-6
  assertClose(await logits.read(), expected, { name, rtol: 1e-5 });
  const streams = /hook_(resid_(pre|mid|post)|embed|pos_embed|attn_out|mlp_out)$/;
  let centred = 0;
  for (const name of names) {
    const found = await cache.get(name)!.read(), before = pt[name].data;
    const stream = streams.test(name);
    assertClose(found, stream ? withoutMean(before, d_model) : before, {
      name,
      rtol: 2e-5,
      atol: 5e-5,
    });
    if (!stream) continue;
    centred++;
    assertClose(found, withoutMean(found, d_model), {
      name: `mean of ${name}`,
      rtol: 0,
      atol: 1e-6,
    });
  }
  assert(centred >= 14, `${centred} streams`);
});

Deno.test("a processed GPT-Neo generates what the model did", async () => {
  const model = createGptNeo(gpu, made.config, made.weights);
  for (const i of [0, 1]) {
    const prompt = Uint32Array.from(pt[`prompt_${i}`].data);
    const [found] = await generate(model, [prompt], { maxNewTokens: 6 });
    assertEquals([...found], [...pt[`continuation_${i}`].data]);
  }
});

Deno.test("loadModel() processes on request; the result is saved, opened and not processed twice", async () => {
  await inFolder(async (folder) => {
    const [plain, processed] = [join(folder, "plain"), join(folder, "processed")];
    await saveModel(plain, createGptNeo(gpu, config, weights));
    const first = await loadModel(gpu, plain, { process: {} });
    assertEquals(await contents(first), new Map(Object.entries(made.weights)));
    await saveModel(processed, first);
    const json = await readJson(join(processed, "config.json"));
    // transformers knows no such type, nor any within: it would drop the biases
    assertEquals([json.model_type, json.architecture], ["crosslab_processed", "gpt_neo"]);
    assertEquals(json.model.model_type, undefined);
    const again = await loadModel(gpu, processed);
    assertEquals([again.config, await contents(again)], [first.config, await contents(first)]);
    const twice = await contents(await loadModel(gpu, processed, { process: {} }));
    for (const [name, { data }] of twice) {
      assertClose(data, made.weights[name], { name, rtol: 0, atol: 1e-6 });
    }
    await writeJson(join(processed, "config.json"), { ...json, model: {} });
    await assertRejects(
      () => loadModel(gpu, processed),
      Error,
      "expected an unembedding of its own in a processed model but found one tied",
    );
  });
});

async function contents({ parameters }: LanguageModel) {
  const arrays = await readParameters(parameters);
  return new Map(Object.entries(arrays).sort(([a], [b]) => a < b ? -1 : 1));
}

Deno.test("a model that is only centred is an ordinary untied one, which transformers reads", () => {
  const process = { foldLayerNorm: false };
  const { config: found, weights: centred } = processModel("test", gptNeo, {
    config,
    weights,
    process,
  });
  assertEquals([found.tied, found.processed], [false, undefined]);
  assertEquals(centred["transformer.ln_f.weight"], weights["transformer.ln_f.weight"]);
  const nothing = {
    ...process,
    centreWriting: false,
    centreUnembed: false,
    foldValueBiases: false,
  };
  const same = processModel("test", gptNeo, { config, weights, process: nothing });
  assertEquals(same, { config, weights });
});

Deno.test("interactions read the heads and the MLP of a processed model with its biases", async () => {
  const model = createGptNeo(gpu, made.config, made.weights);
  const heads = await headsOf(model, 1), mlp = await mlpOf(model, 1);
  for (const word of ["b_Q", "b_K", "b_V", "b_O"] as const) {
    assertClose(heads[word].data, lens[`neo.processed.blocks.1.attn.${word}`], {
      name: word,
      rtol: 1e-6,
    });
  }
  assert(heads.b_Q.data.some((value) => Math.abs(value) > 0.1));
  for (const word of ["W_in", "b_in"] as const) {
    assertClose(mlp[word].data, lens[`neo.processed.blocks.1.mlp.${word}`], {
      name: word,
      rtol: 1e-6,
    });
  }
});

Deno.test("processModel() refuses an architecture without norms, a tied processed configuration is none", () => {
  const sizes = { d_vocab: 5, d_model: 4, d_head: 4, n_layers: 1, n_heads: 1, n_ctx: 3 };
  const expected =
    "Cannot test: expected an architecture with norms, to process its weights, but " +
    "found attention_only: load it without processing";
  const parts = { config: sizes, weights: {}, process: {} };
  assertThrows(() => processModel("test", attentionOnly, parts), RangeError, expected);
  const tied: GptNeoConfig = { ...config, tied: true, processed: true };
  assertThrows(() => checkConfig("test", tied), RangeError, "an unembedding of its own");
});
