/**
 * Checker: what a model answers to one sequence: in intervals, and where these leave it open, in
 * integers, or, where the tables are widened, not at all.
 * @module
 */
import { down, up } from "../arithmetic/interval.ts";
import { type ExpTerm, signOfSum } from "../arithmetic/sign.ts";
import { type CheckTables, gapUp, weighUp } from "./tables.ts";

/** "depends": float32 evaluations of the tables' class may answer rightly or wrongly. */
export type Answer = "right" | "wrong" | "depends";

/** Right where the logit of m, the largest token by default, is above all others. */
export function answerOf(
  T: CheckTables,
  tokens: ArrayLike<number>,
  m = largest(tokens),
): Answer {
  const { v, K, EVOU, PVOU, EU, token, position } = T;
  const q = tokens[K - 1];
  /** Upper end of the softmax denominator times logit[x] - logit[y]. */
  const above = (x: number, y: number) => {
    const direct = gapUp(EU, q * v, y, x);
    let sum = 0;
    for (let i = K - 1; i >= 0; i--) {
      const t = tokens[i], w = q * v + t, p = q * K + i;
      const c = up(up(gapUp(EVOU, t * v, y, x) + gapUp(PVOU, i * v, y, x)) + direct);
      const lo = Math.max(0, down(token.lo[w] * position.lo[p]));
      sum = up(sum + weighUp(c, lo, up(token.hi[w] * position.hi[p])));
    }
    return sum;
  };
  let isOpen = false;
  for (let x = 0; x < v; x++) {
    if (x === m || above(x, m) < 0) continue;
    if (above(m, x) < 0) return "wrong";
    isOpen = true;
  }
  if (!isOpen) return "right";
  return T.widths ? "depends" : exactlyRight(T, tokens, m) ? "right" : "wrong";
}

function largest(tokens: ArrayLike<number>): number {
  let m = 0;
  for (let i = 0; i < tokens.length; i++) if (tokens[i] > m) m = tokens[i];
  return m;
}

/** Exact decision: merge equal exponents, double the precision. */
function exactlyRight(
  { v, K, exact, model }: CheckTables,
  tokens: ArrayLike<number>,
  m: number,
): boolean {
  const { EQK, EQP, EVOU, PVOU, EU } = exact;
  const q = tokens[K - 1];
  const unit = Math.min(EVOU.exponent, PVOU.exponent, EU.exponent);
  const exponent = Math.min(EQK.exponent, EQP.exponent);
  const at = (a: typeof EU, index: number, to: number) =>
    a.values[index] << BigInt(a.exponent - to);
  for (let x = 0; x < v; x++) {
    if (x === m) continue;
    const terms: ExpTerm[] = Array.from(tokens, (t, i) => ({
      coefficient: at(EVOU, t * v + x, unit) - at(EVOU, t * v + m, unit) +
        at(PVOU, i * v + x, unit) -
        at(PVOU, i * v + m, unit) + at(EU, q * v + x, unit) - at(EU, q * v + m, unit),
      score: at(EQK, q * v + t, exponent) + at(EQP, q * K + i, exponent),
    }));
    if (signOfSum(terms, { exponent, d_head: model.config.d_head }) >= 0) return false;
  }
  return true;
}
