// What is made for a crosscoder is freed again, where it ends well and where it throws.
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { createPoolFeed } from "../../lib/crosscoder/harvest/feed.ts";
import { evaluateCoder } from "../../lib/crosscoder/evaluate.ts";
import { fitCrosscoder } from "../../lib/crosscoder/fit.ts";
import { topContexts } from "../../lib/crosscoder/latents.ts";
import { patchedLoss } from "../../lib/crosscoder/patched_loss.ts";
import { gptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../lib/model/architectures/gpt_neo/weights.ts";
import { createGptNeo, type GptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { trainLanguageModel } from "../../lib/model/train.ts";
import { stream } from "../../lib/numerics/random.ts";

const config = gptNeoConfig({ d_vocab: 20, d_model: 16, n_layers: 2, n_heads: 2, n_ctx: 8 });
const random = stream(0, "memory");
const sequences = Array.from(
  { length: 20 },
  () => Uint32Array.from({ length: 8 }, () => random.int(20)),
);

/** Checks that from the third run on nothing more is held. */
async function constant(gpu: Gpu, run: () => unknown): Promise<void> {
  const bytes = [];
  for (let i = 0; i < 5; i++) {
    await run();
    bytes.push(gpu.memory.bytes);
  }
  assertEquals(bytes.slice(2), bytes.slice(2).fill(bytes[1]), `${run} holds ${bytes}`);
}

function withModel(run: (model: GptNeo, gpu: Gpu) => Promise<void>): () => Promise<void> {
  return async () => {
    using gpu = await openGpu();
    await run(createGptNeo(gpu, config, initialWeights(config, stream(0, "model"))), gpu);
  };
}

const sizes = { steps: 3, batch: 32, d_sae: 8, poolSequences: 20 };

Deno.test(
  "fitCrosscoder(), evaluateCoder(), topContexts() and patchedLoss() hold constant bytes",
  withModel(async (model, gpu) => {
    const coder = await fitCrosscoder(model, sequences, sizes);
    await constant(gpu, () => fitCrosscoder(model, sequences, sizes));
    await constant(gpu, () => evaluateCoder(model, coder, sequences));
    await constant(gpu, () => topContexts(model, coder, sequences));
    await constant(gpu, () => patchedLoss(model, coder, sequences.slice(0, 4)));
  }),
);

Deno.test(
  "training that throws holds constant bytes",
  withModel(async (model, gpu) => {
    const onLog = () => {
      throw new Error("enough");
    };
    await constant(
      gpu,
      () =>
        assertRejects(() => fitCrosscoder(model, sequences, { ...sizes, onLog }), Error, "enough"),
    );
    const settings = { steps: 3, batch: 2, sequenceLength: 8, lr: 1e-3 };
    const none = { next: () => ({ done: true as const, value: undefined }) };
    await constant(gpu, () =>
      assertRejects(
        () => trainLanguageModel(model, none, { name: "short", settings }),
        Error,
        "expected 3 batches but found 0",
      ));
    const bad = [...sequences, Uint32Array.of(99)];
    await constant(gpu, () =>
      assertThrows(
        () =>
          createPoolFeed({ models: { model }, sequences: bad }, {
            batch: 32,
            poolSequences: 20,
            sites: ["hook_embed"],
            random,
          }),
        RangeError,
      ));
  }),
);
