// A model with random weights: what counts here is the way from sequences to weights, not what they mean.
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { coderProgress, fitCrosscoder } from "../../lib/crosscoder/fit.ts";
import { siteName } from "../../lib/crosscoder/sites.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { gptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../lib/model/architectures/gpt_neo/weights.ts";
import { createGptNeo, type GptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { stream } from "../../lib/numerics/random.ts";
import { assertClose } from "../util.ts";

const gpu = await openGpu();

const sizes = { d_vocab: 20, d_model: 8, n_layers: 1, n_heads: 2, n_ctx: 16 };
const SEQUENCES = Array.from({ length: 10 }, (_, i) => {
  const random = stream(i, "sequences");
  return Uint32Array.from({ length: 16 }, () => random.int(20));
});

function makeModel(gpu: Gpu, { d_model = sizes.d_model } = {}): GptNeo {
  const config = gptNeoConfig({ ...sizes, d_model });
  return createGptNeo(gpu, config, initialWeights(config, stream(0, "weights"), { std: 0.5 }));
}

Deno.test("fitCrosscoder() trains at every residual stream, the same for the same seed", async () => {
  const model = makeModel(gpu);
  const losses: number[] = [];
  const fit = (seed: number) =>
    fitCrosscoder(model, SEQUENCES, {
      d_sae: 12,
      steps: 128,
      batch: 32,
      seed,
      onLog: (_, rows) => losses.push(...rows.map(({ metrics }) => metrics.squared_error)),
    });
  const first = await fit(0);
  assertEquals(first.config.sites.map(siteName), [
    "blocks.0.hook_resid_pre",
    "blocks.0.hook_resid_post",
  ]);
  assertEquals(first.arrays.W_dec.shape, [12, 2, 8]);
  assertEquals(first.config.folded, false);
  const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
  const [early, late] = [mean(losses.slice(0, 16)), mean(losses.slice(112, 128))];
  assert(late < early / 2, `squared error ${early} -> ${late}`);
  assertEquals((await fit(0)).arrays, first.arrays);
  assertNotEquals((await fit(1)).arrays, first.arrays);
});

Deno.test("fitCrosscoder() refuses sequences of unequal length and too few tokens", async () => {
  const model = makeModel(gpu);
  const ragged = [...SEQUENCES, SEQUENCES[0].slice(1)];
  await assertRejects(() => fitCrosscoder(model, ragged), RangeError, "lengths 16,15");
  await assertRejects(
    () => fitCrosscoder(model, SEQUENCES.slice(0, 2), { batch: 64 }),
    RangeError,
    "at least 64 tokens",
  );
});

Deno.test("fitCrosscoder() takes fewer sequences a pass where their activations exceed a binding", async () => {
  // A pass of all ten would leave 160 rows of 128 values, 80 KiB.
  using small = await openGpu({ maxBinding: 64 * 1024 });
  const options = { d_sae: 12, steps: 20, batch: 32, clip: 1e6 };
  const fit = (gpu: Gpu) => fitCrosscoder(makeModel(gpu, { d_model: 64 }), SEQUENCES, options);
  const [whole, pieces] = [await fit(gpu), await fit(small)];
  for (const name of ["W_enc", "W_dec", "b_enc", "b_dec", "threshold"] as const) {
    assertClose(pieces.arrays[name]!.data, whole.arrays[name]!, { name, rtol: 1e-4 });
  }
});

Deno.test("fitCrosscoder() refuses more latents than the device has room for, before it makes anything", async () => {
  const model = makeModel(gpu), before = gpu.memory.bytes;
  await assertRejects(
    () => fitCrosscoder(model, SEQUENCES, { d_sae: 2 ** 40, batch: 32 }),
    RangeError,
    `Cannot make a crosscoder: expected weights of at most ${gpu.device.limits.maxBufferSize} bytes`,
  );
  assertEquals(gpu.memory.bytes, before);
});

Deno.test("coderProgress() names the whole loss, its parts and the firing latents", () => {
  const metrics = { loss: 4.5, squared_error: 3, sparsity: 1, pre_activation: 0.5, L0: 7 };
  const words = "loss 4.500, squared error 3.000, sparsity 1.000, pre activation 0.5000, L0 7.000";
  assertEquals(coderProgress(metrics), words);
  assertThrows(() => coderProgress({ L0: 1 }), RangeError, "loss to be");
});
