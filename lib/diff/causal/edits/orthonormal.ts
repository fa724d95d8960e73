/** What vectors span. @module */

/** What is left of a vector that others nearly span; less is rounding. */
const LEAST = 1e-5;

/** An orthonormal basis of what the vectors span (Gram and Schmidt, twice, in float64). */
export function orthonormal(vectors: readonly Float32Array[]): Float32Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = Float64Array.from(vector), before = Math.hypot(...rest);
    for (let twice = 0; twice < 2; twice++) {
      for (const one of basis) {
        let along = 0;
        rest.forEach((value, c) => along += value * one[c]);
        rest.forEach((_, c) => rest[c] -= along * one[c]);
      }
    }
    const norm = Math.hypot(...rest);
    if (before > 0 && norm > LEAST * before) basis.push(rest.map((value) => value / norm));
  }
  return basis.map((one) => Float32Array.from(one));
}
