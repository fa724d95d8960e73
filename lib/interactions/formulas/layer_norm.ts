/**
 * What layer norm does to two features at once (derived here). LN(x) = √d x / ‖x‖ of centred x,
 * without weights and without eps.
 *
 * @module
 */
import { fourPointVector } from "./four_points.ts";
import { dot, norm } from "./vectors.ts";

/** A point x and two steps u = f_i d_i and v = f_j d_j from it, each [d_model]. */
export type LayerNormSteps = Record<"x" | "u" | "v", ArrayLike<number>>;

/** √d (x − mean) / ‖x − mean‖. Throws where all entries are the same. */
export function normalised(x: ArrayLike<number>): Float64Array {
  const centred = centre(x);
  const size = norm(centred);
  if (!(size > 0)) {
    throw new RangeError(
      "Cannot normalise: expected entries that differ but found none: layer norm has no value there",
    );
  }
  const scale = Math.sqrt(x.length) / size;
  return centred.map((value) => value * scale);
}

/** LN(x + u + v) − LN(x + u) − LN(x + v) + LN(x). */
export function layerNormInsertion({ x, u, v }: LayerNormSteps): Float64Array {
  const at = (first: number, second: number) =>
    normalised(Float64Array.from(x, (value, n) => value + first * u[n] + second * v[n]));
  return fourPointVector({
    both: at(1, 1),
    withoutI: at(0, 1),
    withoutJ: at(1, 0),
    neither: at(0, 0),
  });
}

/**
 * D²LN[u, v] = √d (−[(x·u) v + (x·v) u + (u·v) x] / ‖x‖³ + 3 (x·u)(x·v) x / ‖x‖⁵) with x, u, v
 * centred: the same for small steps.
 */
export function layerNormSecondDerivative({ x, u, v }: LayerNormSteps): Float64Array {
  const [p, s, t] = [centre(x), centre(u), centre(v)];
  const size = norm(p), ps = dot(p, s), pt = dot(p, t), st = dot(s, t);
  return p.map((value, n) => {
    const first = -(ps * t[n] + pt * s[n] + st * value) / size ** 3;
    return Math.sqrt(p.length) * (first + 3 * ps * pt * value / size ** 5);
  });
}

function centre(x: ArrayLike<number>): Float64Array {
  let mean = 0;
  for (let n = 0; n < x.length; n++) mean += x[n] / x.length;
  return Float64Array.from(x, (value) => value - mean);
}
