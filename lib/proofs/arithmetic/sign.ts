/**
 * The exact sign of a sum of exponentials.
 *
 * A sum of c_i e^(s_i) with algebraic c_i and different algebraic s_i is 0 only if every c_i is 0
 * (Lindemann-Weierstrass). So after merging equal exponents, doubling the precision ends.
 * @module
 */
import { type ExpContext, expContext, expFixed } from "./exp.ts";
import { scaleByPower } from "./interval.ts";

/** coefficient · e^(score · 2^exponent / sqrt(d_head)); all coefficients share one power of two. */
export interface ExpTerm {
  coefficient: bigint;
  score: bigint;
}

/** -1, 0 or 1: the sign of the sum of the terms, in real arithmetic. */
export function signOfSum(
  terms: readonly ExpTerm[],
  { exponent, d_head }: { exponent: number; d_head: number },
): -1 | 0 | 1 {
  const merged = new Map<bigint, bigint>();
  for (const { coefficient, score } of terms) {
    merged.set(score, (merged.get(score) ?? 0n) + coefficient);
  }
  const rest = [...merged].filter(([, coefficient]) => coefficient !== 0n);
  if (rest.length === 0) return 0;
  const top = rest.reduce((best, [score]) => score > best ? score : best, rest[0][0]);
  for (let bits = 128;; bits *= 2) {
    const context = expContext(d_head, bits + 64);
    let lo = 0n, hi = 0n;
    for (const [score, c] of rest) {
      const [low, high] = fixedEnds(score - top, exponent, { bits, context });
      lo += c * (c > 0n ? low : high);
      hi += c * (c > 0n ? high : low);
    }
    if (lo > 0n) return 1;
    if (hi < 0n) return -1;
  }
}

/** Ends of e^(score · 2^exponent / sqrt(d_head)) · 2^bits for score <= 0. */
function fixedEnds(
  score: bigint,
  exponent: number,
  { bits, context }: { bits: number; context: ExpContext },
): [bigint, bigint] {
  if (score === 0n) return [1n << BigInt(bits), 1n << BigInt(bits)];
  const digits = score.toString(16).length * 4;
  // Number() of a huge BigInt is infinite: its leading digits suffice to see that e^x is below
  // 2^-bits.
  const drop = Math.max(0, digits - 900);
  const size = scaleByPower(Number(score >> BigInt(drop)), exponent + drop);
  if (size / Math.sqrt(context.d_head) < -bits) return [0n, 1n];
  const { mantissa, k } = expFixed(score, exponent, context);
  const shift = context.B - BigInt(bits) - BigInt(k);
  const middle = shift >= 0n ? mantissa >> shift : mantissa << -shift;
  return [middle > 2n ? middle - 2n : 0n, middle + 2n];
}
