/**
 * Classes of float32 evaluations, as data: what a program that runs a Max-of-K model may do to its
 * numbers. A proof that holds for a class holds for every program in it, in whatever order that
 * program adds.
 *
 * An evaluation of a sequence computes, as TransformerLens does at the last position,
 *   r_i = E[t_i] + P[i];  Q = r_(K-1) W_Q, K_i = r_i W_K, V_i = r_i W_V;  s_i = Q·K_i / sqrt(d_head);
 *   a = softmax(s);  z = sum a_i V_i;  o = z W_O;  f = r_(K-1) + o;  logits = f W_U.
 * Every sum may be taken in any order and grouping, another one each time; a product may be fused
 * with the sum that takes it; subnormal numbers may be flushed to zero on their way in and out. The
 * scale may be applied to Q or to the scores. The softmax subtracts the largest score from all, or
 * nothing where no score exceeds 80 in size; its division may come before or after the mix. One
 * operation in float64 instead is inside as well.
 *
 * Not inside: sums of bf16 or TF32 pieces, the truncating sums of tensor cores (give them a `round`
 * of 2^-22), products in the manner of Strassen, a softmax over blocks that are rescaled (give it
 * twice the error of an exponential), and another association of the matrices, such as x W_Q W_Kᵀ
 * first or the mix before W_V.
 *
 * Sources: IEEE 754; the accuracy tables of WGSL (14.6.3) and of the CUDA C++ programming guide.
 * @module
 */
import { exactly, expectForm, number, oneOf } from "../../io/form.ts";

/** Relative errors of single operations: each result is exact · (1 + e), |e| at most this. */
export interface EvaluationClass {
  /** Name of the class. */
  name: string;
  /** Of a sum, difference or product. */
  round: number;
  /** Of e^x: exp + expSlope · |x|. */
  exp: number;
  /** See `exp`. */
  expSlope: number;
  /** Of a quotient. */
  divide: number;
  /** Of the scores' scale as a whole: the constant's rounding and the operations with it. */
  scale: number;
  /** Of what enters a matrix product, where that is rounded first. */
  input: number;
}

const ULP = 2 ** -23;

/** The classes that have names. */
export const EVALUATIONS = {
  /** PyTorch on CPUs, and on CUDA without TF32. */
  ieee: {
    name: "ieee",
    round: ULP / 2,
    exp: 2 * ULP,
    expSlope: 0,
    divide: 2 * ULP,
    scale: 2 * ULP,
    input: 0,
  },
  /** What WGSL and Vulkan promise; CUDA's fast exponentials are inside as well. */
  wgsl: {
    name: "wgsl",
    round: ULP, // "correctly rounded" may be either neighbour there
    exp: 3 * ULP,
    expSlope: 2 * ULP,
    divide: 2.5 * ULP,
    scale: 4 * ULP,
    input: 0,
  },
  /** Matrix products whose inputs are rounded to 11 bits, sums in float32. */
  tf32: {
    name: "tf32",
    round: ULP,
    exp: 2 * ULP,
    expSlope: 0,
    divide: 2 * ULP,
    scale: 2 * ULP,
    input: 2 ** -11,
  },
} as const satisfies Record<string, EvaluationClass>;

/** "real", a class by name, or a class of one's own. */
export type Arithmetic = "real" | keyof typeof EVALUATIONS | EvaluationClass;

/** What --arithmetic may be called. */
export const ARITHMETICS: readonly string[] = ["real", ...Object.keys(EVALUATIONS)];

const share = number({ least: 0, most: 1 / 16 });
const OWN = exactly({
  name: oneOf(["own"]),
  round: share,
  exp: share,
  expSlope: share,
  divide: share,
  scale: share,
  input: share,
});

/** The class that is meant; undefined for real arithmetic. Throws for anything else. */
export function evaluationClass(arithmetic: Arithmetic): EvaluationClass | undefined {
  if (arithmetic === "real") return undefined;
  const named = Object.entries(EVALUATIONS).find(([name]) => name === arithmetic);
  if (named) return named[1];
  const todo = `take ${ARITHMETICS.join(", ")}, or a class with errors of its own`;
  return expectForm("choose an arithmetic", arithmetic as EvaluationClass, OWN, todo);
}
