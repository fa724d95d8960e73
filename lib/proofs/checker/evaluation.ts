/**
 * Checker: what float32 evaluations of a class may do to a model's tables.
 *
 * A certificate that speaks of evaluations holds the class with all its numbers: relative errors of
 * a sum or product, of an exponential of x (exp + expSlope |x|), of a quotient, of the scores'
 * scale, of what enters a matrix product. Sums may be taken in any order; subnormal numbers may be
 * flushed. The chain is that of TransformerLens at the last position: r = E + P; Q, K, V = r W;
 * s = Q·K / sqrt(d_head); a = softmax(s) with the largest score subtracted, or nothing where no
 * score exceeds 80; z = sum a V; o = z W_O; logits = (r + o) W_U.
 * @module
 */
import { ARITHMETIC, type Json } from "./certificate.ts";
import { reject, show } from "./reader.ts";

const NUMBERS = ["round", "exp", "expSlope", "divide", "scale", "input"] as const;

/** A class of evaluations as a certificate writes it. */
export type Evaluation = { class: string } & Record<typeof NUMBERS[number], number>;

/** The classes whose names say what their numbers are. */
export const KNOWN: Record<string, Record<typeof NUMBERS[number], number>> = {
  ieee: {
    round: 2 ** -24,
    exp: 2 ** -22,
    expSlope: 0,
    divide: 2 ** -22,
    scale: 2 ** -22,
    input: 0,
  },
  wgsl: {
    round: 2 ** -23,
    exp: 3 * 2 ** -23,
    expSlope: 2 ** -22,
    divide: 2.5 * 2 ** -23,
    scale: 2 ** -21,
    input: 0,
  },
  tf32: {
    round: 2 ** -23,
    exp: 2 ** -22,
    expSlope: 0,
    divide: 2 ** -22,
    scale: 2 ** -22,
    input: 2 ** -11,
  },
};

/**
 * The evaluations that a certificate's arithmetic names, undefined for real arithmetic. Rejects what
 * is malformed or goes by a false name.
 */
export function readArithmetic(arithmetic: Json): Evaluation | undefined {
  if (arithmetic === ARITHMETIC) return undefined;
  if (typeof arithmetic !== "object" || arithmetic === null || Array.isArray(arithmetic)) {
    return reject(`arithmetic ${show(arithmetic)}, not ${ARITHMETIC}`);
  }
  const { computed, evaluations, ...others } = arithmetic;
  if (computed !== ARITHMETIC || Object.keys(others).length > 0) {
    reject(`arithmetic ${show(arithmetic)}, not computed by ${ARITHMETIC} for evaluations`);
  }
  return readEvaluations(evaluations);
}

function readEvaluations(value: Json): Evaluation {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return reject(`evaluations ${show(value)} are no object`);
  }
  if (Object.keys(value).sort().join() !== ["class", ...NUMBERS].sort().join()) {
    reject(`evaluations have ${show(Object.keys(value).sort())}, not class, ${NUMBERS.join(", ")}`);
  }
  for (const name of NUMBERS) {
    const x = value[name];
    if (typeof x === "number" && x >= 0 && x <= 1 / 16) continue;
    reject(`evaluations have ${name} ${show(x)}, not a number from 0 to 1/16`);
  }
  const { class: name } = value;
  if (name !== "own") {
    if (typeof name !== "string" || !Object.hasOwn(KNOWN, name)) {
      reject(`evaluations ${show(name)} unknown; known: own, ${Object.keys(KNOWN).join(", ")}`);
    }
    const wrong = NUMBERS.find((key) => KNOWN[name][key] !== value[key]);
    if (wrong) {
      reject(`evaluations ${name} have ${wrong} ${KNOWN[name][wrong]}, not ${value[wrong]}`);
    }
  }
  return value as Evaluation;
}
