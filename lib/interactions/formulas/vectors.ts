/** Small vectors of numbers. @module */

/** x · y. */
export function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let n = 0; n < x.length; n++) sum += x[n] * y[n];
  return sum;
}

/** ‖x‖. */
export function norm(x: ArrayLike<number>): number {
  return Math.sqrt(dot(x, x));
}

/** x − y. */
export function minus(x: ArrayLike<number>, y: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (value, n) => value - y[n]);
}

/** Σ_r weights[r] rows[r]: weights [rows], rows [rows][cols] → [cols]. */
export function mix(weights: ArrayLike<number>, rows: readonly ArrayLike<number>[]): Float64Array {
  const out = new Float64Array(rows[0]?.length ?? 0);
  rows.forEach((row, r) => {
    for (let n = 0; n < out.length; n++) out[n] += weights[r] * row[n];
  });
  return out;
}

/** The largest distance between two of the points. */
export function diameter(points: readonly ArrayLike<number>[]): number {
  let most = 0;
  points.forEach((x, n) => {
    for (const y of points.slice(n + 1)) most = Math.max(most, norm(minus(x, y)));
  });
  return most;
}
