/**
 * Plain float64 matrices for searches and for the published (unsound) strategies. Nothing here
 * certifies.
 * @module
 */

/** Row-major. */
export interface Matrix {
  /** Rows. */
  rows: number;
  /** Columns. */
  cols: number;
  /** [rows, cols], row by row. */
  data: Float64Array;
}

/** A matrix of the given numbers. */
export function matrix(data: ArrayLike<number>, rows: number, cols: number): Matrix {
  return { rows, cols, data: Float64Array.from(data) };
}

/** a b. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  const data = new Float64Array(a.rows * b.cols);
  for (let r = 0; r < a.rows; r++) {
    for (let i = 0; i < a.cols; i++) {
      const x = a.data[r * a.cols + i];
      for (let c = 0; c < b.cols; c++) data[r * b.cols + c] += x * b.data[i * b.cols + c];
    }
  }
  return { rows: a.rows, cols: b.cols, data };
}

/** a + scale · b. */
export function addScaled(a: Matrix, b: Matrix, scale = 1): Matrix {
  return { ...a, data: a.data.map((x, i) => x + scale * b.data[i]) };
}

/** The transpose. */
export function transpose(a: Matrix): Matrix {
  const data = new Float64Array(a.data.length);
  for (let r = 0; r < a.rows; r++) {
    for (let c = 0; c < a.cols; c++) data[c * a.rows + r] = a.data[r * a.cols + c];
  }
  return { rows: a.cols, cols: a.rows, data };
}

/** Mean over rows: [1, cols]. */
export function meanRow(a: Matrix): Matrix {
  const data = new Float64Array(a.cols);
  a.data.forEach((x, i) => data[i % a.cols] += x / a.rows);
  return { rows: 1, cols: a.cols, data };
}

/** x - u (u^T x): the direction u [rows] taken out of the rows of x. */
export function removeDirection(x: Matrix, u: ArrayLike<number>): Matrix {
  const column = matrix(u, x.rows, 1);
  return addScaled(x, multiply(column, multiply(transpose(column), x)), -1);
}

/** a = U diag(S) V^T with S falling; U [rows, n], V [cols, n], n = min(rows, cols). */
export interface Svd {
  /** [rows, rank], orthonormal columns. */
  U: Matrix;
  /** [rank], from the largest down. */
  S: Float64Array;
  /** [cols, rank], orthonormal columns. */
  V: Matrix;
}

/** Singular value decomposition by one-sided Jacobi rotations; deterministic. */
export function svd(a: Matrix): Svd {
  if (a.rows < a.cols) {
    const { U, S, V } = svd(transpose(a));
    return { U: V, S, V: U };
  }
  const n = a.cols;
  const columns = Array.from(
    { length: n },
    (_, c) => Float64Array.from({ length: a.rows }, (_, r) => a.data[r * n + c]),
  );
  const basis = columns.map((_, c) => Float64Array.from({ length: n }, (_, r) => Number(r === c)));
  // Columns below this squared norm are rounding noise of a matrix of lower rank.
  const noise = 1e-28 * Math.max(...columns.map((column) => dot(column, column)));
  for (let sweep = 0; sweep < 40 && rotateAll(columns, { basis, noise }); sweep++);
  const S = columns.map((column) => Math.sqrt(dot(column, column)));
  const order = S.map((_, i) => i).sort((i, j) => S[j] - S[i] || i - j);
  const U = matrix(new Float64Array(a.rows * n), a.rows, n);
  const V = matrix(new Float64Array(n * n), n, n);
  order.forEach((from, to) => {
    for (let r = 0; r < a.rows; r++) {
      U.data[r * n + to] = S[from] > 0 ? columns[from][r] / S[from] : 0;
    }
    for (let r = 0; r < n; r++) V.data[r * n + to] = basis[from][r];
  });
  return { U, S: Float64Array.from(order, (i) => S[i]), V };
}

/** First left singular vector: [rows]. */
export function topLeft(a: Matrix): Float64Array {
  return column(svd(a).U, 0);
}

/** One column of a matrix. */
export function column(a: Matrix, c: number): Float64Array {
  return Float64Array.from({ length: a.rows }, (_, r) => a.data[r * a.cols + c]);
}

/** Makes every pair of columns orthogonal; false when they already were. */
function rotateAll(
  columns: Float64Array[],
  { basis, noise }: { basis: Float64Array[]; noise: number },
): boolean {
  let rotated = false;
  for (let i = 0; i < columns.length; i++) {
    for (let j = i + 1; j < columns.length; j++) {
      const alpha = dot(columns[i], columns[i]), beta = dot(columns[j], columns[j]);
      const gamma = dot(columns[i], columns[j]);
      const size = Math.sqrt(alpha * beta);
      if (!(Math.abs(gamma) > 1e-14 * size && size > noise)) continue;
      rotated = true;
      const zeta = (beta - alpha) / (2 * gamma);
      const tangent = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
      const cosine = 1 / Math.sqrt(1 + tangent * tangent);
      rotate(columns[i], columns[j], cosine, cosine * tangent);
      rotate(basis[i], basis[j], cosine, cosine * tangent);
    }
  }
  return rotated;
}

function rotate(a: Float64Array, b: Float64Array, cosine: number, sine: number): void {
  for (let r = 0; r < a.length; r++) {
    const x = a[r], y = b[r];
    a[r] = cosine * x - sine * y;
    b[r] = sine * x + cosine * y;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
