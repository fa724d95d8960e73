// The nonlinearities of the checker against integer arithmetic of 300 bits, by other formulas.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { PROVEN } from "../../../lib/interactions/proof/checker/activations.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { expContext, expFixed, integerSqrt } from "../../../lib/proofs/arithmetic/exp.ts";

const B = 300n, ONE = 1n << B;
/** A double as a fixed-point number of B bits; what lies below 2^-100 is rounded. */
const fixed = (x: number) => BigInt(Math.round(x * 2 ** 100)) << (B - 100n);
const times = (a: bigint, b: bigint) => a * b >> B;
const toNumber = (x: bigint) => Number(x) / 2 ** 150 / 2 ** 150;

/** arctan(1/n). */
function arctan(n: bigint): bigint {
  let power = ONE / n, sum = 0n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += k % 4n === 1n ? power / k : -power / k;
    power /= n * n;
  }
  return sum;
}
const PI = 4n * (4n * arctan(5n) - arctan(239n));

/** x σ(2 √(2/π) (x + 0.044715 x³)). */
function geluTanh(x: bigint): bigint {
  const cube = times(x, times(x, x));
  const factor = integerSqrt((2n * ONE * ONE << B) / PI);
  const v = -2n * times(factor, x + cube * 44715n / 1000000n);
  const { mantissa, k } = expFixed(v, -Number(B), expContext(1, 256));
  const power = mantissa << (B - 288n);
  const e = k >= 0 ? power << BigInt(k) : power >> BigInt(-k);
  return x * ONE / (ONE + e);
}

/** x (1/2 + Σ (-1)^n x^(2n+1) / (2^n n! (2n+1)) / √(2π)): erf's own series. */
function geluErf(x: bigint): bigint {
  const square = times(x, x);
  let term = x, sum = 0n;
  for (let n = 0n; term !== 0n; n++) {
    sum += term / (2n * n + 1n);
    term = -times(term, square) / (2n * (n + 1n));
  }
  return times(x, ONE / 2n + sum * ONE / integerSqrt(2n * PI << B));
}

Deno.test("relu, gelu_new and gelu are within slack |x| of 300-bit arithmetic", () => {
  const random = stream(0, "activations");
  const points = [0, 1, -1, 8.5, -8.5, 8.4999, -8.4999, 9, -9, 0.001, -0.001];
  for (let i = 0; i < 800; i++) points.push((random.uniform() - 0.5) * [2, 8, 17][i % 3]);
  const worst = { gelu_new: 0, gelu: 0 };
  for (const x of points.map((x) => Math.round(x * 2 ** 40) / 2 ** 40)) {
    for (const [name, oracle] of [["gelu_new", geluTanh], ["gelu", geluErf]] as const) {
      const error = toNumber(fixed(PROVEN[name].value(x)) - oracle(fixed(x)));
      if (x !== 0) worst[name] = Math.max(worst[name], Math.abs(error / x));
      assert(Math.abs(error) <= PROVEN[name].slack * Math.abs(x), `${name} at ${x}: ${error}`);
    }
    assertEquals(PROVEN.relu.value(x), Math.max(0, x));
  }
  // The oracle sees rounding at all, so the bound is no vacuous one.
  assert(worst.gelu_new > 1e-17 && worst.gelu > 1e-17, JSON.stringify(worst));
});

Deno.test("gelu_new's largest slope is proved by bisection, piece by piece", () => {
  const constant = 2 * Math.sqrt(2 / Math.PI);
  const w = (x: number) => constant * (x + 0.044715 * x ** 3);
  const slope = (x: number) => constant * (1 + 3 * 0.044715 * x * x);
  const sigma = (x: number) => 1 / (1 + Math.exp(-w(x)));
  // For 0 <= x0 <= x1, φ′ = σ + x σ (1 - σ) w′: σ, x and w′ rise, σ (1 - σ) falls.
  const most = (x0: number, x1: number) =>
    sigma(x1) + x1 * sigma(x0) * (1 - sigma(x0)) * slope(x1) + 1e-12;
  const proves = (x0: number, x1: number): boolean =>
    most(x0, x1) <= PROVEN.gelu_new.steepest ||
    (x1 - x0 > 1e-7 && proves(x0, (x0 + x1) / 2) && proves((x0 + x1) / 2, x1));
  assert(proves(0, 8));
  // From 8 on, x (1 - σ) w′ <= x w′ e^-w falls and is below 1e-12.
  assert(8 * slope(8) * Math.exp(-w(8)) < 1e-12);
  assert(!(1.12899 > most(1.4185, 1.4185)), "a smaller constant would be wrong");
});

Deno.test("osc is twice the steepest slope less one, and gelu's maximum is at √2", () => {
  const x = Math.SQRT2, h = 1e-5, { value, steepest } = PROVEN.gelu;
  const slope = (at: number) => (value(at + h) - value(at - h)) / (2 * h);
  assertAlmostEquals(slope(x), 1.128904145, 1e-8);
  assert(slope(x) < steepest && steepest < 1.1291);
  for (const name of ["gelu", "gelu_new"] as const) {
    assert(PROVEN[name].osc >= 2 * (name === "gelu" ? 1.128904146 : 1.12899307) - 1);
    assertAlmostEquals(slope(0.7) + slope(-0.7), 1, 1e-9);
  }
});
