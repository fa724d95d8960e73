/** A fresh crosscoder by the recipe of Anthropic's Circuits Updates of January 2025. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { anything, exactly, expectForm, maybe, number, whole } from "../io/form.ts";
import { type Random, randomForm } from "../numerics/random.ts";
import { gatherRowsInto } from "../tensor/ops/rows.ts";
import { productInto } from "../tensor/ops/matmul/product.ts";
import { empty, upload, uploadIds } from "../tensor/tensor.ts";
import type { ActivationPool } from "./harvest/pool.ts";
import type { CoderConfig, Crosscoder } from "./coder.ts";

/** log_threshold at the start; θ = e^0.1 = 1.105. */
export const INITIAL_LOG_THRESHOLD = 0.1;

/**
 * W_dec ~ U(−1/N, 1/N), W_enc = (N/H) W_decᵀ, b_dec = 0, N = n_sites · d_in, H = d_sae; b_enc such that each latent fires on
 * the share `p` of `samples` activations of the pool.
 */
export async function initialise(
  gpu: Gpu,
  config: CoderConfig,
  options: { pool: ActivationPool; random: Random; p?: number; samples?: number },
): Promise<Crosscoder> {
  expectForm("make a crosscoder", options, OPTIONS);
  const { pool, random, p = 0.5, samples = 10_000 } = options;
  const { d_in, d_sae, sites } = config;
  const n_sites = sites.length, N = n_sites * d_in;
  checkCoderSize(gpu, { n_sites, d_in, d_sae });
  const W_dec = Float32Array.from({ length: d_sae * N }, () => (2 * random.uniform() - 1) / N);
  const W_enc = new Float32Array(N * d_sae);
  for (let i = 0; i < d_sae; i++) {
    for (let j = 0; j < N; j++) W_enc[j * d_sae + i] = N / d_sae * W_dec[i * N + j];
  }
  const theta = Math.exp(INITIAL_LOG_THRESHOLD);
  const count = Math.min(samples, pool.rows);
  const rows = random.permutation(pool.rows).subarray(0, count);
  const quantiles = await preActivationQuantiles(gpu, { pool, rows, W_enc, config, q: 1 - p });
  return {
    config: { ...config, folded: false },
    arrays: {
      W_enc: { shape: [n_sites, d_in, d_sae], data: W_enc },
      W_dec: { shape: [d_sae, n_sites, d_in], data: W_dec },
      b_enc: { shape: [d_sae], data: quantiles.map((z) => theta - z) },
      b_dec: { shape: [n_sites, d_in], data: new Float32Array(N) },
      threshold: { shape: [d_sae], data: new Float32Array(d_sae).fill(theta) },
    },
  };
}

/** Throws, before anything is made, where the weights of such a crosscoder would not fit into a buffer of the device. */
export function checkCoderSize(
  { device }: Gpu,
  { n_sites, d_in, d_sae }: { n_sites: number; d_in: number; d_sae: number },
): void {
  const bytes = 4 * d_sae * (2 * n_sites * d_in + 2);
  const limit = device.limits.maxBufferSize;
  if (bytes <= limit) return;
  throw new RangeError(
    `Cannot make a crosscoder: expected weights of at most ${limit} bytes, the adapter's limit, but ` +
      `found ${bytes} for d_sae ${d_sae} and ${n_sites} sites of ${d_in}: take fewer latents or sites`,
  );
}

const OPTIONS = exactly({
  pool: anything,
  random: randomForm,
  p: maybe(number({ above: 0, below: 1 })),
  samples: maybe(whole(1)),
});

/** The q-quantile of each latent's pre-activation without bias; only pre-activations come to the CPU, in blocks. */
async function preActivationQuantiles(
  gpu: Gpu,
  { pool, rows, W_enc, config, q }: {
    pool: ActivationPool;
    rows: Uint32Array;
    W_enc: Float32Array;
    config: CoderConfig;
    q: number;
  },
): Promise<Float32Array> {
  const { d_sae, d_in, sites } = config;
  const N = sites.length * d_in, block = 1024;
  using W = upload(gpu, { shape: [N, d_sae], data: W_enc });
  using factors = upload(gpu, { shape: [N], data: scaleVector(config) });
  const values = Array.from({ length: d_sae }, () => new Float32Array(rows.length));
  for (let start = 0; start < rows.length; start += block) {
    const part = rows.subarray(start, start + block);
    using index = uploadIds(gpu, [part.length], part);
    using x = empty(gpu, [part.length, N]);
    using z = empty(gpu, [part.length, d_sae]);
    gatherRowsInto(x, { tables: pool.tables, index }, { factors });
    productInto("NN", { a: x, b: W, c: z });
    const read = await z.read();
    read.forEach((value, i) => values[i % d_sae][start + Math.floor(i / d_sae)] = value);
  }
  return Float32Array.from(values, (column) => {
    column.sort();
    return column[Math.min(column.length - 1, Math.floor(q * column.length))];
  });
}

/** The scale of each value of a pool row: scale[l] for the d_in values of site l. */
export function scaleVector({ scale, d_in }: CoderConfig): Float32Array {
  return Float32Array.from({ length: scale.length * d_in }, (_, j) => scale[Math.floor(j / d_in)]);
}
