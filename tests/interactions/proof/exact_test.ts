// The checker's bounds against exact rational arithmetic, ReLU, with weights of many orders of magnitude: what float64
// rounds away is in the bounds.
import { assert } from "@std/assert";
import { contributions } from "../../../lib/interactions/proof/checker/contributions.ts";
import { boundToken, METHODS } from "../../../lib/interactions/proof/checker/residual.ts";
import type { Subject } from "../../../lib/interactions/proof/checker/subject.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { randomSubject } from "./tiny_proof.ts";

/** A float32 as a whole number of 2^-149: exact. */
const SCALE = 149;
function whole(x: number): bigint {
  const [sign, size] = [Math.sign(x), Math.abs(x)];
  let value = size, shift = 0;
  while (value !== 0 && !Number.isInteger(value)) [value, shift] = [value * 2, shift + 1];
  return BigInt(sign) * (BigInt(value) << BigInt(SCALE - shift));
}
const relu = (x: bigint) => x > 0n ? x : 0n;

/** ‖R‖² as a whole number of 2^-(2 · 5 · 149), and ‖MLP(x̂) - MLP(b)‖² likewise. */
function exact({ d_model, d_mlp, weights }: Subject, latent: number[], act: Float32Array) {
  const w = Object.fromEntries(
    Object.entries(weights).map(([name, data]) => [name, Array.from(data, whole)]),
  );
  const f = Array.from(act, whole), one = 1n << BigInt(SCALE);
  const R = new Array(d_model).fill(0n), out = new Array(d_model).fill(0n);
  for (let k = 0; k < d_mlp; k++) {
    const read = (of: (m: number) => bigint) => {
      let sum = 0n;
      for (let m = 0; m < d_model; m++) sum += w.W_in[k * d_model + m] * of(m);
      return sum;
    };
    // Everything in units of 2^-(4 · 149).
    const c = read((m) => (w.ln_w[m] * w.b_dec[m] + w.ln_b[m] * one) * one) +
      w.b_in[k] * one * one * one;
    const a = latent.map((i, n) => read((m) => w.ln_w[m] * w.W_dec[i * d_model + m]) * f[n]);
    const z = a.reduce((sum, x) => sum + x, c);
    const through = relu(z) - relu(c);
    const E = a.reduce((sum, x) => sum - (relu(c + x) - relu(c)), through);
    for (let m = 0; m < d_model; m++) {
      R[m] += E * w.W_out[m * d_mlp + k];
      out[m] += through * w.W_out[m * d_mlp + k];
    }
  }
  const squares = (x: bigint[]) => x.reduce((sum, value) => sum + value * value, 0n);
  return { residual: squares(R), deviation: squares(out) };
}

/** x², of a double, as a whole number of 2^-(2 · 5 · 149), rounded down or up. */
function square(x: number, roundUp: boolean): bigint {
  let value = x, shift = 0;
  while (!Number.isInteger(value)) [value, shift] = [value * 2, shift + 1];
  const n = BigInt(value), bits = BigInt(10 * SCALE - 2 * shift);
  return bits >= 0n ? (n * n) << bits : ((n * n) >> -bits) + (roundUp ? 1n : 0n);
}

Deno.test("no bound is below the residual in exact arithmetic, with weights from 2^-20 to 2^20", () => {
  let close = 0;
  for (let seed = 0; seed < 12; seed++) {
    const random = stream(seed, "exact"), subject = randomSubject("relu", seed);
    for (const data of Object.values(subject.weights)) {
      data.forEach((x, at) => data[at] = x * 2 ** (random.int(41) - 20));
    }
    const of = contributions(subject);
    const latent = [...random.permutation(subject.d_sae).subarray(0, 5)].sort((a, b) => a - b);
    const act = Float32Array.from(latent, () => random.uniform() * 2 ** (random.int(21) - 10));
    const truth = exact(subject, latent, act);
    for (const method of METHODS) {
      const { residual, deviation } = boundToken(
        of,
        { latent: Uint32Array.from(latent), act },
        method,
      );
      assert(
        square(residual, true) >= truth.residual,
        `${seed}, ${method}: ${residual} is too low`,
      );
      assert(square(deviation, false) <= truth.deviation, `${seed}: ${deviation} is too high`);
      if (method !== "exact") continue;
      // Less by one part in 10^9 would be too low, unless terms of many orders cancel.
      const less = square(residual * (1 - 1e-9), false);
      if (less < truth.residual) close++;
    }
  }
  assert(close >= 5, `only ${close} of 12 bounds are close to the truth`);
});
