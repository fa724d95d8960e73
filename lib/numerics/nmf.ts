/**
 * Non-negative matrix factorisation: V ≈ W H with nothing below zero, by the multiplicative updates
 * of Lee and Seung (2001, "Algorithms for Non-negative Matrix Factorization"), which never raise
 * ‖V − W H‖². Float64.
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { matrix } from "./linear_algebra.ts";
 * import { nmf } from "./nmf.ts";
 * import { stream } from "./random.ts";
 * const V = matrix([1, 2, 0, 0, 0, 3, 2, 4, 3], 3, 3); // the third row is 2 · the first + the second
 * const { error } = nmf(V, { k: 2, random: stream(0, "example") });
 * assert(error < 1e-6);
 * ```
 * @module
 */
import { exactly, expectForm, maybe, number, whole } from "../io/form.ts";
import { type Matrix, matrix, multiply, transpose } from "./linear_algebra.ts";
import { expectNumbers } from "./numbers.ts";
import { type Random, randomForm } from "./random.ts";

/** How a matrix is factorised. */
export type NmfOptions = {
  /** Components. */
  k: number;
  /** Where the starts are drawn from. */
  random: Random;
  /** Factorisations from as many starts, of which the best is kept. */
  starts?: number;
  /** Updates at most. */
  steps?: number;
  /** Stops where ten updates lower the error by less than this share of what it was at first. */
  tolerance?: number;
};

/** W [rows, k], H [k, cols], and ‖V − W H‖² / ‖V‖². */
export type Nmf = { W: Matrix; H: Matrix; error: number };

const OPTIONS = exactly({
  k: whole(1),
  random: randomForm,
  starts: maybe(whole(1)),
  steps: maybe(whole(1)),
  tolerance: maybe(number({ least: 0 })),
});

/**
 * V [rows, cols] → its factors, components by falling share of V: each row of H has the sum 1 and
 * its size stands in W. Throws on a number below zero, and on a V of zeros alone.
 */
export function nmf(V: Matrix, options: NmfOptions): Nmf {
  const action = "factorise a matrix";
  expectForm(action, options, OPTIONS);
  expectNumbers(action, V.data, { todo: "look at what made them" });
  const least = V.data.reduce((least, value) => Math.min(least, value), Infinity);
  const total = V.data.reduce((sum, value) => sum + value * value, 0);
  if (least < 0 || total === 0) {
    throw new RangeError(
      `Cannot ${action}: expected numbers from 0, some above it, but found ` +
        `${least < 0 ? least : "only zeros"}: take norms or counts`,
    );
  }
  const { k, random, starts = 8, steps = 1000, tolerance = 1e-8 } = options;
  let best: Nmf | undefined;
  for (let start = 0; start < starts; start++) {
    const from = startOf(V, k, random.stream(`start ${start}`));
    const found = descend(V, from, { steps, tolerance });
    if (best === undefined || found.error < best.error) best = found;
  }
  return sorted(best!);
}

/** Both factors of a non-negative factorisation. */
export type NmfFactors = Pick<Nmf, "W" | "H">;

/** Uniform numbers whose product has the mean of V. */
function startOf({ data, rows, cols }: Matrix, k: number, random: Random): NmfFactors {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const size = 2 * Math.sqrt(mean / k);
  const draw = (n: number) => Float64Array.from({ length: n }, () => size * random.uniform());
  return { W: matrix(draw(rows * k), rows, k), H: matrix(draw(k * cols), k, cols) };
}

function descend(
  V: Matrix,
  from: NmfFactors,
  { steps, tolerance }: { steps: number; tolerance: number },
): Nmf {
  let factors = from, last = errorOf(V, factors);
  const first = last;
  for (let step = 1; step <= steps; step++) {
    factors = nmfUpdate(V, factors);
    if (step % 10 !== 0 && step !== steps) continue;
    const error = errorOf(V, factors);
    if (last - error < tolerance * first) return { ...factors, error };
    last = error;
  }
  return { ...factors, error: last };
}

/** Keeps a quotient finite where both its parts are zero. */
const EPS = Number.EPSILON;

/** One update of W and then of H: W ∘ V Hᵀ / W H Hᵀ, H ∘ Wᵀ V / Wᵀ W H. */
export function nmfUpdate(V: Matrix, { W, H }: NmfFactors): NmfFactors {
  const HT = transpose(H);
  const nextW = scaled(W, multiply(V, HT), multiply(W, multiply(H, HT)));
  const WT = transpose(nextW);
  return { W: nextW, H: scaled(H, multiply(WT, V), multiply(multiply(WT, nextW), H)) };
}

function scaled(a: Matrix, up: Matrix, down: Matrix): Matrix {
  return { ...a, data: a.data.map((x, i) => x * up.data[i] / (down.data[i] || EPS)) };
}

function errorOf(V: Matrix, { W, H }: NmfFactors): number {
  const product = multiply(W, H).data;
  let error = 0, total = 0;
  V.data.forEach((value, i) => {
    error += (value - product[i]) ** 2;
    total += value ** 2;
  });
  return error / total;
}

/** Rows of H to the sum 1, components by the sum of their column of W. */
function sorted({ W, H, error }: Nmf): Nmf {
  const k = W.cols;
  const sizes = Array.from(
    { length: k },
    (_, c) => sum(H.data.subarray(c * H.cols, (c + 1) * H.cols)),
  );
  const weights = sizes.map((size, c) => {
    let total = 0;
    for (let r = 0; r < W.rows; r++) total += W.data[r * k + c] * size;
    return total;
  });
  const order = [...weights.keys()].sort((a, b) => weights[b] - weights[a] || a - b);
  const movedW = W.data.map((_, i) => {
    const c = order[i % k];
    return W.data[i - i % k + c] * sizes[c];
  });
  const movedH = H.data.map((_, i) => {
    const c = order[Math.floor(i / H.cols)];
    return H.data[c * H.cols + i % H.cols] / (sizes[c] || 1);
  });
  return { W: { ...W, data: movedW }, H: { ...H, data: movedH }, error };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
