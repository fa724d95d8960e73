/**
 * Checker: what every latent gives every neuron of one MLP, enclosed.
 *
 * The MLP reads x · ln_w + ln_b, x the normalised residual stream that the dictionary decodes to. So
 * ⟨w_in,k, d_i⟩ is Σ W_in[k, m] ln_w[m] W_dec[i, m]: W_in · ln_w is exact in float64 (24 + 24 bits), the
 * products are enclosed by lib/proofs/arithmetic/interval_matrix.ts.
 * @module
 */
import {
  addIntervals,
  type IntervalMatrix,
  multiplyIntervals,
  pointMatrix,
  transposeIntervals,
} from "../../../proofs/arithmetic/interval_matrix.ts";
import { PROVEN, type ProvenActivation } from "./activations.ts";
import type { Subject } from "./subject.ts";

/** One MLP and dictionary, ready for boundToken(). */
export type Contributions = {
  activation: ProvenActivation;
  d_model: number;
  d_mlp: number;
  /** ⟨w_in,k, d_i⟩, [d_sae, d_mlp]. */
  w: IntervalMatrix;
  /** c, [1, d_mlp]. */
  c: IntervalMatrix;
  /** [d_mlp, d_model]: row k is w_out,k. */
  W_out: Float64Array;
  /** At least ‖w_out,k‖. */
  outNorms: Float64Array;
};

/** The enclosures; d_model at most 1024, as interval_matrix.ts needs. */
export function contributions(subject: Subject): Contributions {
  const { d_model, d_mlp, d_sae, weights } = subject;
  const read = Float64Array.from(weights.W_in, (w, i) => w * weights.ln_w[i % d_model]);
  const W_in = pointMatrix(weights.W_in, d_mlp, d_model);
  const folded = transposeIntervals(pointMatrix(read, d_mlp, d_model));
  const row = (data: Float32Array) => pointMatrix(data, 1, data.length);
  const fromBias = addIntervals(
    multiplyIntervals(row(weights.ln_b), transposeIntervals(W_in)),
    row(weights.b_in),
  );
  const W_out = new Float64Array(d_mlp * d_model);
  for (let k = 0; k < d_mlp; k++) {
    for (let m = 0; m < d_model; m++) {
      W_out[k * d_model + m] = weights.W_out[m * d_mlp + k];
    }
  }
  return {
    activation: PROVEN[subject.activation],
    d_model,
    d_mlp,
    w: multiplyIntervals(pointMatrix(weights.W_dec, d_sae, d_model), folded),
    c: addIntervals(fromBias, multiplyIntervals(row(weights.b_dec), folded)),
    W_out,
    outNorms: rowNorms(W_out, d_model),
  };
}

/** Upper ends of the norms of rows: squares of one sign, at most 1024 of them. */
function rowNorms(rows: Float64Array, width: number): Float64Array {
  return Float64Array.from({ length: rows.length / width }, (_, k) => {
    let sum = 0;
    for (let i = k * width; i < (k + 1) * width; i++) sum += rows[i] * rows[i];
    return Math.sqrt(sum) * (1 + 1e-12) + 1e-150;
  });
}
