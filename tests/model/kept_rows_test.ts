// Rows of a kept run against the same tokens in a full forward pass, at every position. Worst error seen on lavapipe
// 2e-6 of the root mean square.
import { assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../lib/gpu/open.ts";
import { attentionOnly } from "../../lib/model/architectures/attention_only.ts";
import { gptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";
import { gptNeox } from "../../lib/model/architectures/gpt_neox.ts";
import { gptNeoxConfig } from "../../lib/model/architectures/gpt_neox/config.ts";
import { randomWeights } from "../../lib/model/random_weights.ts";
import { initialWeights } from "../../lib/model/architectures/gpt_neo/weights.ts";
import { createGptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { llama, qwen2 } from "../../lib/model/architectures/llama.ts";
import { llamaConfig } from "../../lib/model/architectures/llama/config.ts";
import { makeHooks } from "../../lib/model/hooks.ts";
import { keepRun } from "../../lib/model/keep_run.ts";
import { type KeptRun, rowsOf } from "../../lib/model/kept_rows.ts";
import {
  createModel,
  type LanguageModel,
  logits,
  residual,
} from "../../lib/model/language_model.ts";
import { createCache } from "../../lib/model/kv_cache.ts";
import { runWithHooks, tokenTensor } from "../../lib/model/run_with_cache.ts";
import { stream } from "../../lib/numerics/random.ts";
import { add } from "../../lib/tensor/ops/arithmetic.ts";
import { type Tensor, upload } from "../../lib/tensor/tensor.ts";
import { assertClose } from "../util.ts";
import { tinyModel, tinySequences } from "./tiny_model.ts";

const gpu = await openGpu();
const [N, POS] = [3, 12];
const SEQUENCES = tinySequences(N, POS);

/** One global and two local blocks; heads of 4 numbers, or of 6, which are padded. */
function localModel(d_model = 8): LanguageModel {
  const sizes = { d_vocab: 20, d_model, n_layers: 3, n_heads: 2, n_ctx: 16 };
  const config = gptNeoConfig({ ...sizes, attention: ["local", "global", "local"], window: 4 });
  return createGptNeo(gpu, config, initialWeights(config, stream(1, "weights"), { std: 0.5 }));
}

function llamaModel(d_head: number): LanguageModel {
  const sizes = { d_vocab: 20, d_model: 12, n_layers: 2, n_heads: 4, n_kv_heads: 2, n_ctx: 16 };
  const local = { attention: ["global" as const, "local" as const], window: 4, qkv_bias: true };
  const config = llamaConfig({ ...sizes, d_head, ...d_head === 8 && local });
  const architecture = d_head === 8 ? qwen2 : llama;
  const weights = randomWeights(architecture, config, stream(4, "weights"), { std: 0.5 });
  return createModel(gpu, architecture, config, weights);
}

function attentionOnlyModel(): LanguageModel {
  const sizes = { d_vocab: 20, d_model: 6, d_head: 4, n_layers: 2, n_heads: 1, n_ctx: 16 };
  const config = attentionOnly.check("test", sizes), random = stream(2, "weights");
  const weights = Object.entries(attentionOnly.shapes(config)).map(([name, shape]) => {
    return [name, { shape, data: random.normals(shape.reduce((a, b) => a * b, 1), 0.5) }];
  });
  return createModel(gpu, attentionOnly, config, Object.fromEntries(weights));
}

function neoxModel(parallel_attn_mlp: boolean): LanguageModel {
  const sizes = { d_vocab: 20, d_model: 16, n_layers: 2, n_heads: 2, n_ctx: 16 };
  const config = gptNeoxConfig({ ...sizes, parallel_attn_mlp });
  const weights = randomWeights(gptNeox, config, stream(3, "weights"), { std: 0.5 });
  return createModel(gpu, gptNeox, config, weights);
}

const MODELS: Record<string, LanguageModel> = {
  "GPT-Neo": tinyModel(gpu),
  "GPT-Neo with a window": localModel(),
  "GPT-Neo with heads of six": localModel(12),
  "Llama with shared keys and heads of six": llamaModel(6),
  "Qwen2 with windows and shared keys": llamaModel(8),
  "attention only": attentionOnlyModel(),
  "GPT-NeoX": neoxModel(true),
  "GPT-NeoX, one after the other": neoxModel(false),
};

/** Every place once, not in their order. */
const everyPlace = Array.from({ length: N * POS }, (_, i) => (7 * i + 5) % (N * POS));
const everyRow = (run: KeptRun) =>
  rowsOf(run, {
    sequences: everyPlace.map((place) => Math.floor(place / POS)),
    positions: everyPlace.map((place) => place % POS),
  });

/** The rows of `values` [N · POS, width] at every place, in that order. */
function placed(values: Float32Array): Float32Array {
  const width = values.length / (N * POS);
  return Float32Array.from(values, (_, i) => {
    return values[everyPlace[Math.floor(i / width)] * width + i % width];
  });
}

for (const [name, model] of Object.entries(MODELS)) {
  Deno.test(`rows of a kept run give the full pass's logits at every position, ${name}`, async () => {
    using run = keepRun(model, SEQUENCES);
    using rows = everyRow(run);
    using ids = tokenTensor(model, SEQUENCES);
    using whole = logits(model, ids);
    const wanted = placed(await whole.read());
    for (let from = 0; from < model.config.n_layers; from++) {
      using found = logits(model, rows.ids, { rows, from });
      assertEquals(found.shape, [N * POS, 1, 20]);
      assertClose(await found.read(), wanted, { name: `from block ${from}`, rtol: 1e-5 });
    }
  });

  Deno.test(`an edit of one row is that of one position in a full pass, ${name}`, async () => {
    // A push of the stream that enters the last block, at one position of each sequence in turn.
    const last = model.config.n_layers - 1, hook = `blocks.${last}.hook_resid_pre`;
    const { d_model, d_vocab } = model.config;
    const push = stream(3, "push").normals(d_model);
    using run = keepRun(model, SEQUENCES);
    const sequences = [0, 1, 2], positions = [0, 5, POS - 1];
    using rows = rowsOf(run, { sequences, positions });
    const data = new Float32Array(N * POS * d_model);
    sequences.forEach((s, r) => data.set(push, (s * POS + positions[r]) * d_model));
    using everywhere = upload(gpu, { shape: [N, POS, d_model], data });
    using whole = runWithHooks(model, SEQUENCES, { [hook]: (x: Tensor) => add(x, everywhere) });
    using one = upload(gpu, { shape: [d_model], data: push });
    const hooks = makeHooks(model, { edits: { [hook]: (x) => add(x, one) } });
    using found = logits(model, rows.ids, { rows, from: last, hooks });
    const values = await whole.read();
    const wanted = sequences.flatMap((s, r) => {
      const at = (s * POS + positions[r]) * d_vocab;
      return [...values.subarray(at, at + d_vocab)];
    });
    assertClose(await found.read(), wanted, { name: "edited", rtol: 1e-5 });
  });
}

Deno.test("rowsOf() refuses places that are not kept", () => {
  using run = keepRun(MODELS["GPT-Neo"], SEQUENCES);
  const refuse = (sequences: number[], positions: number[], words: string) =>
    assertThrows(() => rowsOf(run, { sequences, positions }), RangeError, words);
  refuse([], [], "as many positions as sequences, at least one, but found 0 and 0");
  refuse([0, 1], [0], "as many positions as sequences, at least one, but found 1 and 2");
  refuse([0, 3], [0, 0], "3 sequences of 12 tokens but found position 0 of sequence 3 in row 1");
  refuse([0], [12], "position 12 of sequence 0 in row 0");
  refuse([0], [0.5], "position 0.5 of sequence 0 in row 0");
});

Deno.test("a pass over rows refuses what it cannot be", () => {
  const model = MODELS["GPT-Neo with a window"];
  using run = keepRun(model, SEQUENCES);
  using rows = rowsOf(run, { sequences: [0], positions: [3] });
  const refuse = (options: Parameters<typeof residual>[2], words: string, of = model) =>
    assertThrows(
      () => residual(of, rows.ids, options),
      RangeError,
      `Cannot run rows of a kept run: expected ${words}`,
    );
  const wanted = (name: string) => makeHooks(model, { wanted: [name] });
  refuse({ from: 1 }, "rows but found from: 1 alone");
  refuse({ rows, from: 3 }, "a block from 0 to 2 but found from: 3");
  refuse({ rows }, "a run of 2 blocks", MODELS["GPT-Neo"]);
  const keyValues = createCache(gpu, { n_layers: 3, width: 8 }, { batch: 1, n_ctx: 4 });
  refuse({ rows, keyValues }, "rows alone but found keyValues beside them");
  refuse({ rows, from: 1, hooks: wanted("blocks.0.hook_mlp_out") }, "hooks from block 1 on");
  refuse({ rows, from: 1, hooks: wanted("hook_embed") }, "hooks from block 1 on");
  refuse({ rows, hooks: wanted("blocks.2.attn.hook_pattern") }, "hooks from block 0 on");
  const edits = { "blocks.1.hook_resid_mid": (x: Tensor) => x };
  refuse({ rows, from: 2, hooks: makeHooks(model, { edits }) }, "hooks from block 2 on");
});

Deno.test("a kept run and its rows leave no memory behind", () => {
  const model = MODELS["GPT-Neo"], bytes: number[] = [];
  for (let i = 0; i < 3; i++) {
    using run = keepRun(model, SEQUENCES);
    using rows = everyRow(run);
    using _resid = residual(model, rows.ids, { rows, from: 1 });
    bytes.push(gpu.memory.bytes);
  }
  assertEquals(bytes[2], bytes[1]);
});
