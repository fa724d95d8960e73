/**
 * Weights that answer a planted task by construction, up to what superposition blurs: where training
 * starts, so that few steps suffice for rules that are rarely met.
 *
 * Rows r_i read feature i as well as is possible linearly (r_i · d_i = 1, the least of all others). Of
 * each planted pair one neuron reads r_i + r_j, one the same less 1; of each feature one reads r_i:
 *
 *   OR = h_1 - h_2,  AND = h_2,  XOR = h_1 - 2 h_2,   h = φ(s z) / s
 *
 * which for ReLU and features of 0 or 1 is exact; GELU comes near it with s above 1.
 * @module
 */
import { matrix, svd } from "../../numerics/linear_algebra.ts";
import type { ActivationName } from "../../model/components/mlp.ts";
import { type LogicTask, outputsOf, type Rule } from "./task.ts";

/** How steep a neuron is before its nonlinearity. */
const STEEPNESS: Record<ActivationName, number> = { relu: 1, gelu: 3, gelu_new: 3 };
/** What the two neurons of a pair write to its output. */
const WRITES: Record<Rule, [number, number]> = { and: [0, 1], or: [1, -1], xor: [1, -2] };

/** Shapes as torch.nn.Linear has them: W_in [d_mlp, d_model], W_out [outputs, d_mlp]. */
export function weightsByHand(task: LogicTask, activation: ActivationName) {
  const { planted, features, d_model } = task, outputs = outputsOf(task);
  const d_mlp = 2 * planted.length + features, steep = STEEPNESS[activation];
  const W_in = new Float32Array(d_mlp * d_model), b_in = new Float32Array(d_mlp);
  const W_out = new Float32Array(outputs * d_mlp), read = readouts(task);
  const reads = (k: number, ...read_by: number[]) => {
    for (const i of read_by) {
      for (let m = 0; m < d_model; m++) W_in[k * d_model + m] += steep * read[i * d_model + m];
    }
  };
  planted.forEach(({ i, j, rule }, n) => {
    for (const which of [0, 1]) {
      reads(2 * n + which, i, j);
      b_in[2 * n + which] = -steep * which;
      W_out[n * d_mlp + 2 * n + which] = WRITES[rule][which] / steep;
    }
  });
  for (let i = 0; i < features; i++) {
    const k = 2 * planted.length + i;
    reads(k, i);
    W_out[(planted.length + i) * d_mlp + k] = 1 / steep;
  }
  const array = (shape: number[], data: Float32Array) => ({ shape, data });
  return {
    W_in: array([d_mlp, d_model], W_in),
    b_in: array([d_mlp], b_in),
    W_out: array([outputs, d_mlp], W_out),
    b_out: array([outputs], new Float32Array(outputs)),
  };
}

/**
 * Rows r_i of the pseudo-inverse's transpose [features, d_model], each scaled so that it reads its own
 * direction as 1.
 */
export function readouts(
  { directions, features, d_model }: Pick<LogicTask, "directions" | "features" | "d_model">,
): Float64Array {
  const { U, S, V } = svd(matrix(directions, features, d_model)), n = S.length;
  const read = new Float64Array(features * d_model);
  for (let i = 0; i < features; i++) {
    let own = 0;
    for (let r = 0; r < n; r++) own += U.data[i * n + r] ** 2;
    for (let m = 0; m < d_model; m++) {
      for (let r = 0; r < n; r++) {
        read[i * d_model + m] += U.data[i * n + r] * V.data[m * n + r] / (S[r] * own);
      }
    }
  }
  return read;
}
