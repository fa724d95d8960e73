/**
 * How much latents interact at the neurons that read them, as a number with a gradient, so that a
 * dictionary can be trained to have less of it.
 *
 *   dominance  mean over blocks, neurons and rows of (Σ_i |a_ik| − max_i |a_ik|) ‖w_out,k‖
 *   excess     the same of |E_k| ‖w_out,k‖, E_k the exact excess of formulas/excess.ts
 *
 * The first is the objective of Manning-Coe et al. 2026 (arXiv 2606.09940) with ‖w_out‖, without
 * which shrinking what nobody reads would lower it; the second is derived here.
 * @module
 */
import source from "../../../kernels/interactions/penalty.wgsl" with { type: "text" };
import { exactly, expectForm, oneOf } from "../../io/form.ts";
import { contribute, contributeShared } from "../../tensor/contribute.ts";
import { expectTensors } from "../../tensor/expect.ts";
import { launch } from "../../tensor/launch.ts";
import { fillInto } from "../../tensor/ops/elementwise.ts";
import { MOST_ITERATIONS } from "../../tensor/ops/grid.ts";
import { batchedMatmul } from "../../tensor/ops/matmul/batched_matmul.ts";
import { gatherRowsInto } from "../../tensor/ops/rows.ts";
import { nonzero } from "../../tensor/ops/sparse_product.ts";
import { sum } from "../../tensor/ops/sum.ts";
import { differentiable } from "../../tensor/tape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { share } from "../../tensor/views.ts";
import { phiKernel } from "../pairs/phi.ts";
import type { PenaltyNeurons } from "./neurons.ts";

/** Penalties on interactions that a crosscoder can be trained with. */
export const PENALTY_KINDS = ["dominance", "excess"] as const;
/** One of them. */
export type PenaltyKind = typeof PENALTY_KINDS[number];

const ACTION = "penalise interactions";
const OPTIONS = exactly({ kind: oneOf(PENALTY_KINDS) });

/** A batch in training: acts [batch, d_sae], x [batch, n_sites · d_in], W_dec [d_sae, n_sites, d_in]. */
export type PenaltyBatch = { acts: Tensor; x: Tensor; W_dec: Tensor };

/**
 * The penalty [1], without a weight. acts and W_dec get gradients, x none; with "excess" a latent's
 * contribution is taken out of the bias term, as the model's own pre-activation stays what it is.
 */
export function interactionPenalty(
  { acts, x, W_dec }: PenaltyBatch,
  neurons: PenaltyNeurons,
  options: { kind: PenaltyKind },
): Tensor {
  const { kind } = expectForm(ACTION, options, OPTIONS);
  checkBatch({ acts, x, W_dec }, neurons);
  const { gpu } = acts, { blocks, d_sae, activation, rows } = neurons;
  const d_mlp = neurons.W_in.shape[1];
  const seen = acts.over([rows, d_sae]);
  const byRow = nonzero(seen, "row");
  const w = written(W_dec, neurons);
  const z = kind === "excess" ? preActivations(x, neurons) : undefined;
  const v = empty(gpu, [blocks, rows, d_mlp]), state = empty(gpu, [blocks * rows * 3, d_mlp]);
  const params = {
    blocks,
    rows,
    latents: d_sae,
    ld: v.pitch / 4,
    ld_acts: acts.pitch / 4,
    most: byRow.at.pitch,
    factor: 1 / (blocks * rows * d_mlp),
  };
  const kernel = (entry: string) =>
    phiKernel(activation, {
      name: "interactions/penalty",
      source,
      entry,
      constants: { KIND: PENALTY_KINDS.indexOf(kind) },
    });
  const across = blocks * params.ld;
  launch(gpu, kernel("forward"), {
    tensors: {
      w,
      z,
      neurons: neurons.neurons,
      acts: seen,
      count: byRow.count,
      at: byRow.at,
      values: v,
      state,
    },
    params,
    invocations: [across, rows],
  });
  z?.release();
  const total = sum(v, { factor: params.factor });
  v.release();
  return differentiable(total, [acts, W_dec], {
    saved: [w, state, byRow.count, byRow.at],
    backward: (grad) => {
      contribute(acts, (target, accumulate) => {
        if (!accumulate) fillInto(target, 0);
        const partial = empty(gpu, [rows, params.most * LANES]);
        launch(gpu, kernel("acts_parts"), {
          tensors: { w, state, acts: seen, count: byRow.count, at: byRow.at, partial },
          params,
          workgroups: rows,
        });
        launch(gpu, kernel("acts_sum"), {
          tensors: { count: byRow.count, at: byRow.at, partial, grad, grad_acts: target },
          params,
          invocations: [params.most, rows],
        });
        partial.release();
      });
      using byColumn = nonzero(seen, "column");
      const grad_w = empty(gpu, w.shape);
      launch(gpu, kernel("weights"), {
        tensors: { w, state, acts: seen, count: byColumn.count, at: byColumn.at, grad, grad_w },
        params: { ...params, most: byColumn.at.pitch },
        invocations: [across, d_sae],
      });
      const back = ofDecoder(grad_w, W_dec, neurons);
      grad_w.release();
      contributeShared(W_dec, back);
      back.release();
    },
  });
}

/** As in the kernel. */
const LANES = 64;

/** What one unit of each latent tells each neuron, ⟨w_in,k, d_i⟩ [blocks, d_sae, d_mlp]. */
function written(W_dec: Tensor, { into, W_in, blocks, d_sae, n_sites }: PenaltyNeurons): Tensor {
  const d_in = W_dec.columns;
  using decoders = empty(W_dec.gpu, [blocks, d_sae, d_in]);
  gatherRowsInto(decoders, { tables: [W_dec.over([d_sae * n_sites, d_in])], index: into });
  return batchedMatmul(decoders, W_in, "NT");
}

/** The gradient of W_dec from that of `written`. */
function ofDecoder(
  grad_w: Tensor,
  { shape, gpu, columns }: Tensor,
  { back, W_in, d_sae, n_sites }: PenaltyNeurons,
): Tensor {
  using decoders = batchedMatmul(grad_w, W_in, "NN");
  const grad = empty(gpu, shape);
  fillInto(grad, 0);
  gatherRowsInto(grad.over([d_sae * n_sites, columns]), {
    tables: [share(decoders, [decoders.rows, columns])],
    index: back,
  });
  return grad;
}

/** The model's own pre-activations of the first rows without b_in, [blocks, rows, d_mlp]. */
function preActivations(
  x: Tensor,
  { W_in, n_sites, blocks, rows, inputs }: PenaltyNeurons,
): Tensor {
  const d_in = W_in.columns;
  using seen = empty(x.gpu, [blocks, rows, d_in]);
  gatherRowsInto(seen, { tables: [x.over([x.rows * n_sites, d_in])], index: inputs });
  return batchedMatmul(seen, W_in, "NT");
}

function checkBatch({ acts, x, W_dec }: PenaltyBatch, neurons: PenaltyNeurons): void {
  const { n_sites, d_sae, W_in, blocks, rows } = neurons, d_in = W_in.columns;
  expectTensors(ACTION, {
    acts: [acts, { shape: [acts.rows, d_sae] }],
    x: [x, { shape: [acts.rows, n_sites * d_in] }],
    W_dec: [W_dec, { shape: [d_sae, n_sites, d_in] }],
  });
  const refuse = (expected: string, found: string, todo: string) => {
    throw new RangeError(`Cannot ${ACTION}: expected ${expected} but found ${found}: ${todo}`);
  };
  if (acts.rows < rows) {
    refuse(`at least ${rows} rows`, `${acts.rows}`, "look at fewer, or take a larger batch");
  }
  const shares = Math.ceil(blocks * W_in.shape[1] / 4 / LANES) + 2;
  if (acts.gpu.isCpu && d_sae * shares > MOST_ITERATIONS) {
    refuse(
      `latents times neurons for ${MOST_ITERATIONS} turns on a CPU adapter`,
      `${d_sae * shares}`,
      "penalise fewer blocks, or take a GPU",
    );
  }
}
