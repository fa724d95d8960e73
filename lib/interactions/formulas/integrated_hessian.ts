/**
 * Integrated Hessians (Janizek, Sturmfels and Lee 2021, JMLR 22/104) of a neuron from no feature to
 * all of them, and the plain second derivative.
 *
 *   Γ_ij = a_i a_j κ,            κ = ∫∫ α β phi''(c + α β S) dα dβ,   S = Σ a
 *   Γ_ii = a_i² κ + a_i ḡ,       ḡ = ∫∫ phi'(c + α β S) dα dβ
 *
 * over [0, 1]²; all Γ, both orders of every pair, sum to phi(c + S) − phi(c). The product u = α β has
 * density ln(1/u), so the integrals have one dimension (derived here).
 *
 * @module
 */
import { gaussLegendre, integrate, type Rule } from "../../numerics/gauss_legendre.ts";
import { type Neuron, pairsOf, preActivation } from "./neuron.ts";
import type { Nonlinearity } from "./nonlinearity.ts";

/** κ and ḡ of the way from c to c + S. */
export type PathMeans = { curvature: number; slope: number };

/** Points on the way: S² κ is right to 1e-11 up to |S| = 10, to 1e-7 at |S| = 20. */
const POINTS = 64;

/**
 * Closed form for ReLU, a quadrature for the smooth ones: κ = ∫ u ln(1/u) phi''(c + u S) du, and ḡ by
 * parts from it, which takes the logarithm's pole out. `rule` is for callers with many neurons.
 */
export function pathMeans(
  phi: Nonlinearity,
  { c, S }: { c: number; S: number },
  rule: Rule = gaussLegendre(POINTS),
): PathMeans {
  if (phi.name === "relu") return reluPathMeans(c, S);
  // u = v² leaves v³ ln(1/v), which polynomials meet well.
  const along = (weight: (v: number) => number) =>
    integrate((v) => weight(v) * phi.curvature(c + v * v * S), rule);
  const curvature = along((v) => 4 * v ** 3 * Math.log(1 / v));
  const linear = along((v) => 2 * v ** 3);
  return { curvature, slope: phi.slope(c + S) - S * (linear + curvature) };
}

/** Closed form (derived here): the kink at u = −c / S, where it lies on the way. */
function reluPathMeans(c: number, S: number): PathMeans {
  if (S === 0) return { curvature: 0, slope: c > 0 ? 1 : 0 };
  const u = -c / S;
  const inside = u > 0 && u < 1;
  const log = inside ? u * Math.log(1 / u) : 0;
  const before = inside ? u + log : u >= 1 ? 1 : 0; // share of [0, 1]² before the kink
  return { curvature: log / Math.abs(S), slope: S > 0 ? 1 - before : before };
}

/** Γ of the pairs i < j in the order of pairsOf(n), and of each feature with itself. */
export function integratedHessian(
  phi: Nonlinearity,
  { a, c }: Neuron,
  rule?: Rule,
): { pairs: Float64Array; diagonal: Float64Array } {
  const S = preActivation({ a, c: 0 });
  const { curvature, slope } = pathMeans(phi, { c, S }, rule);
  return {
    pairs: Float64Array.from(pairsOf(a.length), ([i, j]) => a[i] * a[j] * curvature),
    diagonal: Float64Array.from(a, (x) => x * x * curvature + x * slope),
  };
}

/** a_i a_j phi''(z) of the pairs i < j; all 0 for ReLU, whose curvature sits in its kink. */
export function plainHessian({ curvature }: Nonlinearity, { a, c }: Neuron): Float64Array {
  const bend = curvature(preActivation({ a, c }));
  return Float64Array.from(pairsOf(a.length), ([i, j]) => a[i] * a[j] * bend);
}
