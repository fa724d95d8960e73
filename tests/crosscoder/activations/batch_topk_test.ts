// The running mean of the smallest value kept, and the threshold made of it, against float64.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { batchtopk } from "../../../lib/crosscoder/activations/batch_topk.ts";
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import { initialise } from "../../../lib/crosscoder/initialise.ts";
import { RECIPES } from "../../../lib/crosscoder/recipes.ts";
import { runningMeanInto } from "../../../lib/crosscoder/running_mean.ts";
import { trainCrosscoder } from "../../../lib/crosscoder/train.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { upload, uploadIds, zeros } from "../../../lib/tensor/tensor.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { random } from "../../util.ts";

const { gpu } = devices[0];

Deno.test("runningMeanInto() waits for its first step, then forgets by beta", async () => {
  const mean = zeros(gpu, [2]), beta = 0.9, start = 3;
  let m = 0, w = 0;
  for (let step = 0; step < 12; step++) {
    const schedule = upload(gpu, { shape: [1, 4], data: Float32Array.of(step, 0, 0, 0) });
    const value = 1 + step * step;
    runningMeanInto(mean, upload(gpu, { shape: [1], data: Float32Array.of(value) }), {
      schedule,
      beta,
      start,
    });
    if (step >= start) [m, w] = [beta * m + (1 - beta) * value, beta * w + (1 - beta)];
    const [found, weight] = await mean.read();
    assertAlmostEquals(weight, w, 1e-6);
    assertAlmostEquals(found, m, 1e-4 * (1 + m));
  }
});

Deno.test("the saved threshold is the mean of what training kept last, over each latent's norm", async () => {
  const batch = 16, k = 3, d_sae = 20, N = 8, steps = 11, scale = [0.5, 2], rows = 4 * batch;
  const data = random(1, rows * N);
  const index = uploadIds(gpu, [rows], Uint32Array.from({ length: rows }, (_, r) => rows - 1 - r));
  const pool = { tables: [upload(gpu, { shape: [rows, N], data })], rows };
  const settings = { ...RECIPES.batchtopk.settings, steps, batch, k, beta: 0.8, lr: 1e-30 };
  const activation = { kind: "batchtopk", k } as const;
  const sizes = { sites: ["a", "b"], d_in: 4, d_sae, scale };
  const config = coderConfig({ ...sizes, recipe: "batchtopk", activation });
  const fresh = await initialise(gpu, config, { pool, random: stream(0, "weights") });
  const { W_enc, W_dec, b_enc } = fresh.arrays;
  W_dec.data.forEach((w, j) => W_dec.data[j] = w * (1 + Math.floor(j / N) / d_sae)); // unlike norms
  const feed = { pool, index, perRound: 4, feed: () => {} };
  const { arrays: { threshold } } = await trainCrosscoder(gpu, fresh, {
    name: "x",
    settings,
    feed,
  });

  const norm = (i: number) => {
    const row = W_dec.data.subarray(i * N, (i + 1) * N);
    return Math.hypot(...row.subarray(0, 4)) + Math.hypot(...row.subarray(4));
  };
  const rank = (r: number, i: number) => {
    const z = b_enc.data[i] +
      Array.from(
        { length: N },
        (_, j) => data[r * N + j] * scale[Math.floor(j / 4)] * W_enc.data[j * d_sae + i],
      )
        .reduce((a, b) => a + b);
    return Math.max(z, 0) * norm(i);
  };
  let m = 0, w = 0;
  for (let step = 5; step < steps; step++) { // the second half of a short training
    const seen = Array.from({ length: batch }, (_, b) => rows - 1 - (step % 4) * batch - b);
    const ranks = seen.flatMap((r) => Array.from({ length: d_sae }, (_, i) => rank(r, i)));
    const smallest = ranks.sort((a, b) => b - a)[batch * k - 1];
    [m, w] = [0.8 * m + 0.2 * smallest, 0.8 * w + 0.2];
  }
  threshold!.data.forEach((theta, i) => assertAlmostEquals(theta, m / w / norm(i), 1e-5));
});

Deno.test("a latent without a decoder never fires, whatever training kept", () => {
  const of = (...data: number[]) => ({ shape: [data.length], data: Float32Array.from(data) });
  const trained = (mean: number) => ({ smallest_kept: of(mean, 0.5), log_threshold: of(0, 0) });
  for (const mean of [0, 1]) {
    const { threshold } = batchtopk.save!(trained(mean), Float32Array.of(0, 2));
    assertEquals(threshold.data, Float32Array.of(1e30, mean));
  }
});
