// Fixture: tests/fixtures/nmf.py (scikit-learn 1.9.1, solver "mu", float64, seed 0).
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type Matrix, matrix, multiply } from "../../lib/numerics/linear_algebra.ts";
import { nmf, nmfUpdate } from "../../lib/numerics/nmf.ts";
import { stream } from "../../lib/numerics/random.ts";
import { assertClose, fixture } from "../util.ts";

const sk = await fixture("nmf");
const of = (name: string): Matrix => {
  const { shape: [rows, cols], data } = sk[name];
  return matrix(data, rows, cols);
};
const float32 = ({ data }: Matrix) => Float32Array.from(data);
const loss = (V: Matrix, { W, H }: { W: Matrix; H: Matrix }) => {
  const product = multiply(W, H).data;
  return V.data.reduce((sum, value, i) => sum + (value - product[i]) ** 2, 0);
};

Deno.test("nmfUpdate() makes the updates of scikit-learn, one and 25", () => {
  const V = of("V");
  let factors = { W: of("W"), H: of("H") };
  for (let update = 1; update <= 25; update++) {
    factors = nmfUpdate(V, factors);
    if (update !== 1 && update !== 25) continue;
    for (const name of ["W", "H"] as const) {
      // worst seen: 6e-7 of the largest; 25 updates carry the start's rounding on
      assertClose(float32(factors[name]), sk[`${name}_${update}`].data, { name, rtol: 1e-5 });
    }
    assertAlmostEquals(loss(V, factors) / sk[`loss_${update}`].data[0], 1, 1e-5);
  }
});

Deno.test("nmf() finds the factors of a matrix that has them, largest first, rows of H of sum 1", () => {
  // two blocks: columns 0 and 1 in the ratio 1 : 3, column 2 alone
  const V = matrix([1, 3, 0, 2, 6, 0, 0, 0, 1, 0, 0, 4], 4, 3);
  const { W, H, error } = nmf(V, { k: 2, random: stream(0, "test") });
  assert(error < 1e-6, `${error}`);
  const expected = [0.25, 0.75, 0, 0, 0, 1];
  H.data.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-3));
  [4, 0, 8, 0, 0, 1, 0, 4].forEach((value, i) => assertAlmostEquals(W.data[i], value, 1e-2));
});

Deno.test("nmf() gives the same bytes for a seed, and more components never a larger error", () => {
  const random = stream(1, "numbers");
  const V = matrix(Array.from({ length: 60 }, () => random.uniform()), 12, 5);
  const fit = (k: number) => nmf(V, { k, random: stream(0, "test") });
  assertEquals(fit(2).W.data, fit(2).W.data);
  const errors = [1, 2, 3, 4].map((k) => fit(k).error);
  assert(errors.every((error, i) => i === 0 || error < errors[i - 1]), String(errors));
  // the best factorisation by one component is the first singular vector: nothing is below it
  assertAlmostEquals(errors[0], nmf(V, { k: 1, random: stream(5, "other") }).error, 1e-6);
});

Deno.test("nmf() refuses numbers below zero, and zeros alone", () => {
  const of = (...data: number[]) => () => nmf(matrix(data, 1, 2), { k: 1, random: stream(0, "t") });
  assertThrows(of(1, -2), RangeError, "expected numbers from 0, some above it, but found -2");
  assertThrows(of(0, 0), RangeError, "found only zeros");
});
