/** The other kernels: what they move or compute, against a copy or the ceiling. @module */
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { attention } from "../../lib/tensor/ops/attention.ts";
import { crossEntropy } from "../../lib/tensor/ops/cross_entropy.ts";
import { gelu } from "../../lib/tensor/ops/linear.ts";
import { layerNorm } from "../../lib/tensor/ops/layer_norm.ts";
import { createParameters, releaseParameters } from "../../lib/tensor/parameters.ts";
import { withGradients } from "../../lib/tensor/gradients.ts";
import { type Tensor, upload, uploadIds } from "../../lib/tensor/tensor.ts";
import { appendUpdate, createTraining } from "../../lib/tensor/training.ts";
import { timedBody } from "./measure.ts";
import { randomValues, transposeRows } from "./products.ts";
import type { Row } from "./table.ts";

export async function* kernelRows(gpu: Gpu): AsyncGenerator<Row> {
  yield* transposeRows(gpu);
  yield await adamRow(gpu);
  yield await geluRow(gpu);
  for (const d of [64, 768]) yield await layerNormRow(gpu, d);
  for (const [rows, d_vocab] of [[2048, 1200], [128, 50257]]) {
    yield await crossEntropyRow(gpu, rows, d_vocab);
  }
  for (const [batch, n_heads, d_head] of [[16, 4, 16], [16, 4, 32], [4, 16, 48]]) {
    yield await attentionRow(gpu, { batch, n_heads, d_head });
  }
}

function discard(...tensors: Tensor[]): void {
  for (const tensor of tensors) tensor.release();
}

/**
 * Gradient norm, clipping, update and log of 24 million parameters; 28 bytes of each by Adam, 4 by
 * the norm.
 */
async function adamRow(gpu: Gpu): Promise<Row> {
  const count = 24_000_000;
  const parameters = createParameters(gpu, {
    W: { shape: [24_000, 1000], data: randomValues(count) },
  });
  const options = { steps: 64, rate: () => 1e-4, clip: 1 };
  const training = createTraining(gpu, parameters, options);
  const times = await timedBody(gpu, "adam", { body: () => appendUpdate(training) });
  discard(training.m, training.v);
  releaseParameters(parameters);
  return { group: "kernels", name: "Adam and gradient norm, 24 M", ...times, bytes: 32 * count };
}

async function geluRow(gpu: Gpu): Promise<Row> {
  const x = upload(gpu, { shape: [2048, 5000], data: randomValues(10_240_000) });
  const times = await timedBody(gpu, "gelu", { body: () => gelu(x).release() });
  discard(x);
  return { group: "kernels", name: "GELU, 10 M", ...times, bytes: 8 * 10_240_000 };
}

async function layerNormRow(gpu: Gpu, d: number): Promise<Row> {
  const x = upload(gpu, { shape: [2048, d], data: randomValues(2048 * d) });
  const [weight, bias] = [0, 1].map(() => upload(gpu, { shape: [d], data: randomValues(d) }));
  const times = await timedBody(gpu, "layer norm", {
    body: () => layerNorm(x, weight, bias).release(),
  });
  discard(x, weight, bias);
  return { group: "kernels", name: `layer norm 2048 x ${d}`, ...times, bytes: 8 * 2048 * d };
}

/** Loss and gradient; the logits are read for the maximum and sum, read again and written. */
async function crossEntropyRow(gpu: Gpu, rows: number, d_vocab: number): Promise<Row> {
  const logits = upload(gpu, { shape: [rows, d_vocab], data: randomValues(rows * d_vocab) });
  logits.requiresGrad = true;
  const targets = uploadIds(gpu, [rows], Array.from({ length: rows }, (_, i) => i % d_vocab));
  const weights = upload(gpu, { shape: [rows], data: new Float32Array(rows).fill(1) });
  const times = await timedBody(gpu, "cross-entropy", {
    body: () => {
      withGradients(gpu, [], () => crossEntropy(logits, targets, weights));
    },
  });
  discard(logits, targets, weights);
  const bytes = 12 * rows * d_vocab;
  return { group: "kernels", name: `cross-entropy ${rows} x ${d_vocab}`, ...times, bytes };
}

/**
 * Causal attention over 128 positions, forward; 4 · d_head operations for each pair that is seen.
 */
async function attentionRow(
  gpu: Gpu,
  { batch, n_heads, d_head }: { batch: number; n_heads: number; d_head: number },
): Promise<Row> {
  const pos = 128, width = n_heads * d_head;
  const [q, k, v] = [0, 1, 2].map(() =>
    upload(gpu, { shape: [batch, pos, width], data: randomValues(batch * pos * width) })
  );
  const times = await timedBody(gpu, "attention", {
    body: () => attention(q, k, v, { n_heads }).release(),
  });
  discard(q, k, v);
  const flop = 4 * d_head * batch * n_heads * pos * (pos + 1) / 2;
  return { group: "kernels", name: `attention ${batch} x ${n_heads} of ${d_head}`, ...times, flop };
}
