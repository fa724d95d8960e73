/**
 * What two contributions to a neuron do together that neither does alone (derived here):
 *
 *   I(a, b; c) = phi(a + b + c) − phi(a + c) − phi(b + c) + phi(c) = ∫₀ᵃ ∫₀ᵇ phi''(c + s + u) du ds
 *
 * Positive for ReLU where a and b have one sign (an AND, super-additive), negative where they have
 * two (inhibition). The smooth ones are slightly negative in their tails, where the sign can differ.
 *
 * @module
 */
import type { Nonlinearity } from "./nonlinearity.ts";

/** Two contributions to a pre-activation, and the rest of it. */
export type Meeting = { a: number; b: number; c: number };

/** I(a, b; c) from its four points. */
export function mixedDifference(
  { value }: Pick<Nonlinearity, "value">,
  { a, b, c }: Meeting,
): number {
  return value(a + b + c) - value(a + c) - value(b + c) + value(c);
}

/**
 * The same for ReLU without a cancellation: the length on which the way from 0 to a meets the way
 * from −c − b to −c, with the sign of a b.
 */
export function reluMixedDifference({ a, b, c }: Meeting): number {
  const from = Math.max(Math.min(0, a), Math.min(-c - b, -c));
  const to = Math.min(Math.max(0, a), Math.max(-c - b, -c));
  return to > from ? Math.sign(a) * Math.sign(b) * (to - from) : 0;
}

/** Whether a ReLU's kink lies strictly between the four points: if not, the difference is 0. */
export function kinkReachable({ a, b, c }: Meeting): boolean {
  return c + Math.min(0, a) + Math.min(0, b) < 0 && c + Math.max(0, a) + Math.max(0, b) > 0;
}

/** osc(phi') · min(|a|, |b|) ≥ |I|, whatever c. */
export function oscBound({ osc }: Nonlinearity, { a, b }: Omit<Meeting, "c">): number {
  return osc * Math.min(Math.abs(a), Math.abs(b));
}

/** max |phi''| · |a b| ≥ |I|, whatever c; Infinity for ReLU, whose kink has no curvature. */
export function curvatureBound({ curviest }: Nonlinearity, { a, b }: Omit<Meeting, "c">): number {
  return curviest === undefined ? Infinity : curviest * Math.abs(a * b);
}

/** The rest of a pre-activation z that two contributions a and b meet, when c is its bias part. */
export type PairContext = "insertion" | "removal";

/**
 * insertion: c, as if the two were the only features; removal: z − a − b, all others present, which
 * is what ablating the two at this layer's input measures.
 */
export function pairContext(
  context: PairContext,
  { a, b, c, z }: Meeting & { z: number },
): number {
  return context === "insertion" ? c : z - a - b;
}

/**
 * ½ (I_insertion² + I_removal²), after Archipelago (Tsang, Rambhatla and Liu 2020, arXiv 2006.10965);
 * theirs divides by the sizes of both changes before squaring.
 */
export function archipelago(insertion: number, removal: number): number {
  return (insertion ** 2 + removal ** 2) / 2;
}
