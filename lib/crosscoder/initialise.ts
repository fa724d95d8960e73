/** A fresh crosscoder, as its recipe has it. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { anything, exactly, expectForm, maybe, number, whole } from "../io/form.ts";
import { geometricMedian } from "../numerics/geometric_median.ts";
import { type Random, randomForm } from "../numerics/random.ts";
import { gatherRowsInto } from "../tensor/ops/rows.ts";
import { productInto } from "../tensor/ops/matmul/product.ts";
import { empty, type Tensor, upload, uploadIds } from "../tensor/tensor.ts";
import { activationOf } from "./activations/mod.ts";
import type { CoderConfig, Crosscoder } from "./coder.ts";
import type { ActivationPool } from "./harvest/pool.ts";
import { recipeOf } from "./recipes.ts";

/** log_threshold at the start of the January 2025 recipe; θ = e^0.1 = 1.105. */
const INITIAL_LOG_THRESHOLD = 0.1;

/** Rows of which a geometric median is taken. */
const MEDIAN_ROWS = 1024;

/** Where first weights come from: `p` and `samples` set the first thresholds. */
export type Options = { pool: ActivationPool; random: Random; p?: number; samples?: number };

/**
 * A crosscoder with the weights that the recipe of `config` starts from, unfolded.
 *
 * "january_2025": W_dec ~ U(−1/N, 1/N), W_enc = (N/H) W_decᵀ, b_dec = 0, N = n_sites · d_in, H =
 * d_sae; b_enc such that each latent fires on the share `p` of `samples` activations of the pool.
 * Else see `Initial`.
 */
export async function initialise(
  gpu: Gpu,
  config: CoderConfig,
  options: Options,
): Promise<Crosscoder> {
  const action = "make a crosscoder";
  expectForm(action, options, OPTIONS);
  const { d_in, d_sae, sites } = config;
  checkCoderSize(gpu, { n_sites: sites.length, d_in, d_sae });
  const { initial } = recipeOf(action, config.recipe);
  if (initial === "january_2025") return await january(gpu, config, options);
  const { norm, b_dec, threshold = 0 } = initial;
  const n_sites = sites.length, N = n_sites * d_in;
  const W_dec = directions(options.random, { rows: d_sae * n_sites, d_in, norm });
  const bias = b_dec === undefined
    ? new Float32Array(N)
    : await medianActivations(gpu, config, options);
  const saved = activationOf(config.activation.kind).saved;
  return {
    config: { ...config, folded: false },
    arrays: {
      W_enc: { shape: [n_sites, d_in, d_sae], data: transposed(W_dec, d_sae) },
      W_dec: { shape: [d_sae, n_sites, d_in], data: W_dec },
      b_enc: { shape: [d_sae], data: new Float32Array(d_sae) },
      b_dec: { shape: [n_sites, d_in], data: bias },
      ...Object.fromEntries(
        saved.map((
          name,
        ) => [name, { shape: [d_sae], data: new Float32Array(d_sae).fill(threshold) }]),
      ),
    },
  };
}

/** Rows in random directions, each of the given norm. */
function directions(
  random: Random,
  { rows, d_in, norm }: { rows: number; d_in: number; norm: number },
): Float32Array {
  const data = new Float32Array(rows * d_in);
  for (let row = 0; row < rows; row++) {
    const vector = Float64Array.from({ length: d_in }, () => random.normal());
    const length = Math.hypot(...vector);
    for (let j = 0; j < d_in; j++) data[row * d_in + j] = norm * vector[j] / length;
  }
  return data;
}

/** [rows, ·] → [·, rows], flat. */
function transposed(W: Float32Array, rows: number, factor = 1): Float32Array {
  const width = W.length / rows, data = new Float32Array(W.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) data[j * rows + i] = factor * W[i * width + j];
  }
  return data;
}

/** The geometric median of the activations of each site, as training sees them. */
async function medianActivations(
  gpu: Gpu,
  config: CoderConfig,
  { pool, random }: Options,
): Promise<Float32Array> {
  const { d_in, sites } = config;
  const rows = random.permutation(pool.rows).subarray(0, MEDIAN_ROWS);
  using x = scaledPoolRows(gpu, config, { pool, rows });
  const values = await x.read(), N = sites.length * d_in;
  const medians = sites.map((_, l) => {
    const ofSite = values.filter((_, i) => Math.floor(i % N / d_in) === l);
    return Array.from(geometricMedian(ofSite, d_in));
  });
  return Float32Array.from(medians.flat());
}

async function january(gpu: Gpu, config: CoderConfig, options: Options): Promise<Crosscoder> {
  const { pool, random, p = 0.5, samples = 10_000 } = options;
  const { d_in, d_sae, sites } = config;
  const n_sites = sites.length, N = n_sites * d_in;
  const W_dec = Float32Array.from({ length: d_sae * N }, () => (2 * random.uniform() - 1) / N);
  const W_enc = transposed(W_dec, d_sae, N / d_sae);
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

/** Rows of a pool scaled as training sees them [rows, n_sites · d_in]. */
function scaledPoolRows(
  gpu: Gpu,
  config: CoderConfig,
  { pool, rows }: { pool: ActivationPool; rows: Uint32Array },
): Tensor {
  const N = config.sites.length * config.d_in;
  using factors = upload(gpu, { shape: [N], data: scaleVector(config) });
  using index = uploadIds(gpu, [rows.length], rows);
  const x = empty(gpu, [rows.length, N]);
  gatherRowsInto(x, { tables: pool.tables, index }, { factors });
  return x;
}

/**
 * Throws, before anything is made, where the weights of such a crosscoder would not fit into a
 * buffer of the device.
 */
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

/**
 * The q-quantile of each latent's pre-activation without bias; only pre-activations come to the
 * CPU, in blocks.
 */
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
  const values = Array.from({ length: d_sae }, () => new Float32Array(rows.length));
  for (let start = 0; start < rows.length; start += block) {
    const part = rows.subarray(start, start + block);
    using x = scaledPoolRows(gpu, config, { pool, rows: part });
    using z = empty(gpu, [part.length, d_sae]);
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
