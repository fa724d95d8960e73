/**
 * The largest eigenvalues of a symmetric matrix without negative ones, such as AᵀA, whose are the
 * squares of A's singular values: for matrices of which a whole decomposition would take too long.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stream } from "./random.ts";
 * import { topEigenvectors } from "./top_eigenvectors.ts";
 * const data = Float64Array.of(2, 0, 0, 0, 5, 0, 0, 0, 3);
 * const { values } = topEigenvectors({ rows: 3, cols: 3, data }, { n: 2, random: stream(0, "start") });
 * assertEquals([...values].map(Math.round), [5, 3]);
 * ```
 * @module
 */
import { column, type Matrix, multiply, svd, transpose } from "./linear_algebra.ts";
import type { Random } from "./random.ts";

/** Vectors that are carried beyond those asked for: the gap behind them sets how fast it goes. */
const SPARE = 8;

/** A matrix of up to so many times these vectors is decomposed as a whole: its space needs no rounds. */
const WHOLE = 4;

/** Rounds at most, and the relative change of the values asked for at which they end. */
const ROUNDS = 300, CHANGE = 1e-10;

/** `values` fall; `vectors[i]` [rows] of norm 1; `rounds`: products with the matrix and n + 8 vectors. */
export type Eigenvectors = { values: Float64Array; vectors: Float64Array[]; rounds: number };

/**
 * The `n` largest, fewer where the matrix has a lower rank, by orthogonal iteration from random
 * vectors, with a Rayleigh-Ritz step at the end (Golub and Van Loan, "Matrix Computations", 8.2.4).
 */
export function topEigenvectors(
  matrix: Matrix,
  { n, random }: { n: number; random: Random },
): Eigenvectors {
  const { rows } = matrix, few = n + SPARE;
  const width = rows <= WHOLE * few ? rows : few;
  const start = Array.from({ length: width }, () => {
    return Float64Array.from({ length: rows }, () => random.normal());
  });
  let basis = orthonormal(start), before = new Float64Array(0), rounds = 0;
  while (width < rows && rounds < ROUNDS && basis.length > 0) {
    const images = times(matrix, basis);
    rounds++;
    const values = Float64Array.from(images, (image, i) => dot(image, basis[i])).sort().reverse();
    basis = orthonormal(images);
    if (rounds > 1 && values.slice(0, n).every((v, i) => near(v, before[i]))) break;
    before = values;
  }
  return { ...ritz(matrix, basis, n), rounds: rounds + 1 };
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= CHANGE * Math.abs(b);
}

/** The eigenvectors within the space of a basis. */
function ritz(matrix: Matrix, basis: Float64Array[], n: number): Omit<Eigenvectors, "rounds"> {
  const m = basis.length;
  if (m === 0) return { values: new Float64Array(), vectors: [] };
  const images = times(matrix, basis);
  const inner = { rows: m, cols: m, data: new Float64Array(m * m) };
  basis.forEach((a, i) => images.forEach((b, j) => inner.data[i * m + j] = dot(a, b)));
  const { U, S } = svd(inner);
  const stacked = {
    rows: m,
    cols: matrix.rows,
    data: Float64Array.from(basis.flatMap((v) => [...v])),
  };
  const turned = multiply(transpose(U), stacked);
  const count = Math.min(n, S.filter((value) => value > 1e-14 * S[0]).length);
  return {
    values: S.slice(0, count),
    vectors: Array.from({ length: count }, (_, i) => column(transpose(turned), i)),
  };
}

function times({ rows, cols, data }: Matrix, vectors: readonly Float64Array[]): Float64Array[] {
  return vectors.map((vector) => {
    const image = new Float64Array(rows);
    for (let r = 0; r < rows; r++) {
      let sum = 0;
      for (let c = 0, at = r * cols; c < cols; c++) sum += data[at + c] * vector[c];
      image[r] = sum;
    }
    return image;
  });
}

/** Gram and Schmidt, twice; what the others hold already is left out. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  const largest = Math.max(...vectors.map((v) => dot(v, v)));
  for (const vector of vectors) {
    const rest = Float64Array.from(vector);
    for (let pass = 0; pass < 2; pass++) for (const other of basis) subtract(rest, other);
    const norm = Math.sqrt(dot(rest, rest));
    if (norm > 1e-12 * Math.sqrt(largest)) basis.push(rest.map((value) => value / norm));
  }
  return basis;
}

function subtract(vector: Float64Array, direction: Float64Array): void {
  const part = dot(vector, direction);
  for (let i = 0; i < vector.length; i++) vector[i] -= part * direction[i];
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
