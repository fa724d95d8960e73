/**
 * How good a crosscoder is on held-out sequences: how many latents fire, how much variance is left,
 * how many latents are dead. What its reconstruction costs the model: see patched_loss.ts.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import type { LanguageModel } from "../model/language_model.ts";
import { type Percentiles, percentiles } from "../numerics/statistics.ts";
import { columnSumsInto } from "../tensor/ops/column_sums.ts";
import { subtract } from "../tensor/ops/arithmetic.ts";
import { layerNormScale } from "../tensor/ops/layer_norm.ts";
import { view } from "../tensor/ops/reshape.ts";
import { empty, type Tensor, zeros } from "../tensor/tensor.ts";
import { readIds, readTensors } from "../tensor/read.ts";
import { expectTensors } from "../tensor/expect.ts";
import { createHarvester, harvestedRows, releaseHarvester } from "./harvest/harvester.ts";
import { asModels, type Models } from "./harvest/models.ts";
import { bitsPerToken } from "./bits.ts";
import { type Crosscoder, unfolded } from "./coder.ts";
import { decode, encode, uploadCoder } from "./encode.ts";
import { addToTops, scaledRows } from "./latents.ts";
import { rowCounts } from "./row_counts.ts";
import { prepareCoder } from "./prepare.ts";
import { siteName } from "./sites.ts";

/** Number of latents that fire on a token. */
export type L0 = Percentiles;

/**
 * `fvu[l]` = Σ‖x − x̂‖² / Σ‖x − mean x‖² at site l, in the scaled activations that the crosscoder
 * sees; `FVU_mean` is the mean of these over sites, `FVU` the same quotient of all sites
 * concatenated. `explained_variance[l]` = 1 − mean var_d(error) / mean var_d(x), the variance over
 * d_model of each token, which is the published figure. `density[i]`: the share of tokens on which
 * latent i fires; `dead` latents fire on none, `dead_share` of all. `bits` a token: see bits.ts.
 */
export type CoderQuality = {
  n_tokens: number;
  L0: L0;
  fvu: number[];
  FVU_mean: number;
  FVU: number;
  explained_variance: number[];
  dead: number;
  dead_share: number;
  density: number[];
  bits: number;
  d_sae: number;
};

/**
 * Measures a crosscoder, folded or not, on the activations of its models over held-out sequences of
 * one length.
 */
export async function evaluateCoder(
  model: LanguageModel | Models,
  crosscoder: Crosscoder,
  sequences: readonly ArrayLike<number>[],
): Promise<CoderQuality> {
  const models = asModels(model);
  const { coder, pos } = prepareCoder(models, crosscoder, { action: ACTION, sequences });
  const { sites } = coder.config;
  using owned = new DisposableStack();
  const harvester = owned.adopt(createHarvester({ models, sites, pos }), releaseHarvester);
  return await evaluateRows(harvester.common.gpu, coder, harvestedRows(harvester, sequences));
}

const ACTION = "evaluate crosscoder";

/**
 * Measures a crosscoder, folded or not, on batches of raw activations [rows, n_sites · d_in],
 * whatever they come from.
 */
export async function evaluateRows(
  gpu: Gpu,
  crosscoder: Crosscoder,
  batches: Iterable<Tensor>,
): Promise<CoderQuality> {
  const coder = unfolded(ACTION, crosscoder);
  const { sites, d_in, d_sae } = coder.config;
  const n_sites = sites.length, N = n_sites * d_in;
  using owned = new DisposableStack();
  const onDevice = owned.use(uploadCoder(gpu, coder));
  const scaled = owned.use(scaledRows(gpu, coder.config));
  const tops = {
    fired: zeros(gpu, [d_sae], "u32"),
    top_acts: zeros(gpu, [5, d_sae]),
    top_row: zeros(gpu, [5, d_sae], "u32"),
    base: zeros(gpu, [1], "u32"),
  };
  for (const tensor of Object.values(tops)) owned.use(tensor);
  const counts: number[] = [];
  const totals = { x: new Float64Array(N), x2: new Float64Array(N), e2: new Float64Array(N) };
  const variance = { x: new Float64Array(n_sites), error: new Float64Array(n_sites) };
  let n = 0;
  for (const raw of batches) {
    const { rows } = raw;
    expectTensors(ACTION, { activations: [raw, { shape: [rows, N] }] });
    using x = scaled.take(raw, rows);
    using acts = encode(onDevice, x);
    addToTops(tops, acts);
    using x_hat = decode(onDevice, acts);
    using error = subtract(x, x_hat);
    const spread = [x, error].map((t) =>
      layerNormScale(view(t, [rows, n_sites, d_in]), { eps: 0 })
    );
    const sums = [
      columns(x),
      columns(x, true),
      columns(error, true),
      ...spread,
      rowCounts(acts),
    ];
    using batch = new DisposableStack();
    for (const tensor of sums) batch.use(tensor);
    const [sx, sx2, se2, sdX, sdE, fires] = await readTensors(sums);
    accumulate(totals.x, sx);
    accumulate(totals.x2, sx2);
    accumulate(totals.e2, se2);
    sdX.forEach((sd, i) => variance.x[i % n_sites] += sd * sd);
    sdE.forEach((sd, i) => variance.error[i % n_sites] += sd * sd);
    for (const count of fires) counts.push(count);
    n += rows;
  }
  if (n === 0) {
    throw new RangeError(
      "Cannot evaluate crosscoder: expected batches of activations but found none: pass one at least",
    );
  }
  const fired = await readIds(tops.fired), L0 = percentiles(counts);
  const of = (site: string, from: number, to: number) => siteFvu(totals, { site, from, to, n });
  const fvu = sites.map((site, l) => of(siteName(site), l * d_in, (l + 1) * d_in));
  const dead = fired.filter((count) => count === 0).length;
  return {
    n_tokens: n,
    L0,
    fvu,
    FVU_mean: fvu.reduce((sum, left) => sum + left, 0) / n_sites,
    FVU: of("all sites", 0, N),
    explained_variance: sites.map((_, l) => 1 - variance.error[l] / variance.x[l]),
    dead,
    dead_share: dead / d_sae,
    density: Array.from(fired, (count) => count / n),
    bits: bitsPerToken({ L0: L0.mean, d_sae }),
    d_sae,
  };
}

function columns(a: Tensor, squares = false): Tensor {
  const out = empty(a.gpu, [a.columns]);
  columnSumsInto(out, a, { squares });
  return out;
}

function accumulate(total: Float64Array, values: Float32Array): void {
  values.forEach((value, i) => total[i] += value);
}

/** Σ‖x − x̂‖² over Σ‖x‖² − n‖mean‖², all sums in float64. */
function siteFvu(
  { x, x2, e2 }: Record<"x" | "x2" | "e2", Float64Array>,
  { site, from, to, n }: { site: string; from: number; to: number; n: number },
): number {
  let error = 0, total = 0;
  for (let j = from; j < to; j++) {
    error += e2[j];
    total += x2[j] - x[j] * x[j] / n;
  }
  if (!Number.isFinite(error + total)) {
    throw new RangeError(
      `Cannot evaluate crosscoder: expected finite activations at ${site} but found a variance of ` +
        `${total} and an error of ${error}: look at the rows and at the model's weights`,
    );
  }
  if (total > 0) return error / total;
  throw new RangeError(
    `Cannot evaluate crosscoder: expected activations that vary at ${site} but found the same on all ` +
      `${n} tokens: take more sequences`,
  );
}
