/**
 * A decoder with a quadratic term of low rank, after PolySAE (Koromilas et al. 2026, arXiv
 * 2602.01322), on the latents of a finished dictionary:
 *
 *   x̂ = b_dec + f W_dec + (f U)² W_2        U [d_sae, rank], W_2 [rank, n_sites · d_in], the square of each number
 *
 * Theirs trains the encoder with it; here the encoder stays, so that its pairs of latents are those
 * of the dictionary, whose interactions are measured exactly.
 * @module
 */
import { type Crosscoder, unfolded } from "../../crosscoder/coder.ts";
import { decode, encode, uploadCoder } from "../../crosscoder/encode.ts";
import { createPoolFeed } from "../../crosscoder/harvest/feed.ts";
import { scaleVector } from "../../crosscoder/initialise.ts";
import { exactly, expectForm, number, whole } from "../../io/form.ts";
import type { HostArray } from "../../io/host_array.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { type Random, randomForm } from "../../numerics/random.ts";
import { spread } from "../../numerics/statistics.ts";
import { add, multiply, subtract } from "../../tensor/ops/arithmetic.ts";
import { matmul } from "../../tensor/ops/matmul/matmul.ts";
import { gatherRowsInto } from "../../tensor/ops/rows.ts";
import { sum } from "../../tensor/ops/sum.ts";
import { createParameters, readParameters, releaseParameters } from "../../tensor/parameters.ts";
import { runTraining } from "../../tensor/run_training.ts";
import { warmupDecay } from "../../tensor/schedule.ts";
import { type Tensor, upload, zeros } from "../../tensor/tensor.ts";
import { createTraining, recordStep, releaseTraining } from "../../tensor/training.ts";

/** `rank` 0 trains the linear decoder alone, as a control. */
export type QuadraticOptions = {
  rank: number;
  steps: number;
  batch: number;
  lr: number;
  random: Random;
};

const OPTIONS = exactly({
  rank: whole(0),
  steps: whole(1),
  batch: whole(1),
  lr: number({ above: 0 }),
  random: randomForm,
});

/**
 * U and W_2 as trained, of scaled activations; `error`: Σ over sites of ‖x − x̂‖², the mean over
 * rows and over the last steps, as a share of ‖x − mean‖² of the rows.
 */
export type Quadratic = { U?: HostArray; W_2?: HostArray; error: number };

/** Steps whose error counts. */
const LAST = 32;

/** Trains it on activations of `sequences`; the crosscoder may be folded or not. */
export async function trainQuadratic(
  model: LanguageModel,
  crosscoder: Crosscoder,
  { sequences, ...options }: { sequences: readonly ArrayLike<number>[] } & QuadraticOptions,
): Promise<Quadratic> {
  const action = "train a quadratic decoder";
  const { rank, steps, batch, lr, random } = expectForm(action, options, OPTIONS);
  const { gpu } = model, coder = unfolded(action, crosscoder), { config, arrays } = coder;
  const { sites, d_in, d_sae } = config, width = sites.length * d_in;
  using owned = new DisposableStack();
  const frozen = owned.use(uploadCoder(gpu, coder));
  const poolSequences = sequences.length;
  const feed = owned.adopt(
    createPoolFeed({ models: { model }, sequences }, {
      sites,
      batch,
      poolSequences,
      random: random.stream("rows"),
    }),
    (feed) => feed.release(),
  );
  const weights = random.stream("weights");
  const quadratic = rank > 0 && {
    U: { shape: [d_sae, rank], data: weights.normals(d_sae * rank, 0.1) },
    W_2: { shape: [rank, width], data: weights.normals(rank * width, 0.01) },
  };
  const { W_dec, b_dec } = arrays;
  const parameters = owned.adopt(
    createParameters(gpu, { W_dec, b_dec, ...quadratic }),
    releaseParameters,
  );
  const training = owned.adopt(
    createTraining(gpu, parameters, {
      steps,
      rate: warmupDecay({ peak: lr, steps, decay: 0.25 }),
      clip: 1,
    }),
    releaseTraining,
  );
  const x = owned.use(zeros(gpu, [batch, width]));
  const factors = owned.use(upload(gpu, { shape: [width], data: scaleVector(config) }));
  const { pool: { tables }, index, perRound } = feed, { schedule } = training;
  const t = parameters.tensors;
  const step = owned.use(recordStep(training, "quadratic decoder", () => {
    gatherRowsInto(x, { tables, index }, { factors, scheduled: { schedule, perRound } });
    const acts = encode(frozen, x);
    const linear = decode({ W_dec: t.W_dec, b_dec: t.b_dec }, acts);
    const x_hat = rank > 0 ? add(linear, squared(acts, { U: t.U, W_2: t.W_2 })) : linear;
    return [sum(subtract(x_hat, x), { squares: true, factor: 1 / batch })];
  }));
  const errors: number[] = [];
  await runTraining(training, step, {
    name: "quadratic decoder",
    feed: feed.feed,
    onLog: (logged) => errors.push(...logged.map(({ metrics }) => metrics.loss)),
  });
  const { U, W_2 } = await readParameters(parameters);
  const error = spread(errors.slice(-LAST)).mean / await spreadOf(x);
  return { ...(rank > 0 && { U, W_2 }), error };
}

/** (acts U)² W_2. */
function squared(acts: Tensor, { U, W_2 }: { U: Tensor; W_2: Tensor }): Tensor {
  const along = matmul(acts, U);
  return matmul(multiply(along, along), W_2);
}

/** Σ over columns of their variance over the rows. */
async function spreadOf(x: Tensor): Promise<number> {
  const { rows, columns } = x, values = await x.read();
  let total = 0;
  for (let c = 0; c < columns; c++) {
    const column = Array.from({ length: rows }, (_, r) => values[r * columns + c]);
    const { mean } = spread(column);
    total += spread(column.map((value) => (value - mean) ** 2)).mean;
  }
  return total;
}

/**
 * ‖∂²x̂ / ∂f_i ∂f_j‖ = 2 ‖Σ_r U_ir U_jr W_2,r‖ of each pair: what its two latents add together, one
 * unit each.
 */
export function pairWeights(
  { U, W_2 }: { U: HostArray; W_2: HostArray },
  { i, j }: { i: ArrayLike<number>; j: ArrayLike<number> },
): Float64Array {
  const [rank, width] = W_2.shape;
  // ‖Σ_r u_r W_2,r‖² = uᵀ (W_2 W_2ᵀ) u.
  const gram = new Float64Array(rank * rank);
  for (let r = 0; r < rank; r++) {
    for (let s = 0; s < rank; s++) {
      let product = 0;
      for (let n = 0; n < width; n++) product += W_2.data[r * width + n] * W_2.data[s * width + n];
      gram[r * rank + s] = product;
    }
  }
  return Float64Array.from({ length: i.length }, (_, p) => {
    const u = Float64Array.from(
      { length: rank },
      (_, r) => U.data[i[p] * rank + r] * U.data[j[p] * rank + r],
    );
    let size = 0;
    for (let r = 0; r < rank; r++) {
      for (let s = 0; s < rank; s++) size += u[r] * u[s] * gram[r * rank + s];
    }
    return 2 * Math.sqrt(Math.max(size, 0));
  });
}
