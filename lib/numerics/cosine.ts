/**
 * Whether two vectors point the same way.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cosine } from "./cosine.ts";
 * assertEquals([cosine([1, 0], [3, 4]), cosine([1, 0], [0, 0])], [0.6, 0]);
 * ```
 * @module
 */
import { expectNumbers } from "./numbers.ts";

/** Norms below this count as this, so that a vector of zeros has cosine 0, as in PyTorch. */
const EPS = 1e-6;

/**
 * Cosine similarity a · b / (max(|a|, 1e-6) max(|b|, 1e-6)), summed in float64. Throws on unlike
 * lengths and on a value that is not finite.
 */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || a.length === 0) {
    throw new RangeError(
      `Cannot compare vectors: expected two of one length but found ${a.length} and ${b.length}: ` +
        "pass two of one shape",
    );
  }
  for (const vector of [a, b]) expectNumbers("compare vectors", vector);
  let dot = 0, aa = 0, bb = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  if (!Number.isFinite(aa + bb + dot)) return cosine(belowOverflow(a), belowOverflow(b));
  return dot / (Math.max(Math.sqrt(aa), EPS) * Math.max(Math.sqrt(bb), EPS));
}

/** A vector of the same direction whose squares do not overflow. */
function belowOverflow(vector: ArrayLike<number>): ArrayLike<number> {
  let largest = 0;
  for (let i = 0; i < vector.length; i++) largest = Math.max(largest, Math.abs(vector[i]));
  return largest < 1e100 ? vector : Array.from(vector, (value) => value / largest);
}
