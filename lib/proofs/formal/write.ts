/**
 * A certificate of N5 as files for coqc: the weights, the hints, and the theorem.
 *
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { theoremSource } from "./write.ts";
 * assertStringIncludes(theoremSource(41n).text, "(41 <= N.of_nat (right_sequences the_model))%N");
 * ```
 * @module
 */
import { type DyadicMatrix, toDyadic } from "../arithmetic/dyadic.ts";
import type { Certificate } from "../checker/certificate.ts";
import { MAX_OF_K_WEIGHTS, type MaxOfKModel, maxOfKShapes } from "../max_of_k.ts";
import { pairsOf } from "../tables/counting.ts";
import { EXACT_SCORES } from "../subcubic/attention_error.ts";
import { FORMAL_ROOT, type FormalSource } from "./sources.ts";

/** The weights, exactly: integers over a power of two, one for each matrix (W_E and W_pos share it). */
export function modelSource(model: MaxOfKModel): FormalSource {
  const { d_vocab, d_model, d_head, n_ctx } = model.config;
  const shapes = maxOfKShapes(model.config);
  const matrices = MAX_OF_K_WEIGHTS.map((name) => toDyadic(model[name], ...shapes[name]));
  const embedded = Math.min(matrices[0].exponent, matrices[1].exponent);
  const definitions = MAX_OF_K_WEIGHTS.map((name, i) => {
    const least = Math.min(i < 2 ? embedded : matrices[i].exponent, 0);
    return `Definition the_${name} : matrix := {|\n${matrixText(matrices[i], least)} |}.\n`;
  });
  const fields = MAX_OF_K_WEIGHTS.map((name) => `${name} := the_${name}`).join("; ");
  const text = `(* The weights of the model. *)
From Coq Require Import ZArith List.
From ${FORMAL_ROOT} Require Import Network.
Import ListNotations.
Local Open Scope Z_scope.

${definitions.join("\n")}
Definition the_model : model := {|
  d_vocab := ${d_vocab}; d_model := ${d_model}; d_head := ${d_head}; n_ctx := ${n_ctx};
  ${fields} |}.
`;
  return { name: "Model", text };
}

/** Rows of integers over 2^-least; least is no larger than the matrix' own exponent. */
function matrixText({ rows, cols, values, exponent }: DyadicMatrix, least: number): string {
  const shift = BigInt(exponent - least);
  const row = (r: number) =>
    `    [${values.slice(r * cols, (r + 1) * cols).map((x) => x << shift).join("; ")}]`;
  const entries = Array.from({ length: rows }, (_, r) => row(r)).join(";\n");
  return `  entries := [\n${entries}];\n  exponent := ${-least}%nat`;
}

/** The hints of a certificate of N5 with exact tables; throws where it is of another theorem. */
export function hintsSource({ theorem, parameters, hints, sizes }: Certificate): FormalSource {
  const { G, attention, direct } = parameters;
  if (theorem !== "N5" || attention !== EXACT_SCORES || direct !== "exact") {
    throw new RangeError(
      `Cannot write for Rocq: expected a certificate of N5 but found ${
        theorem === "N5" ? `N5/${attention}/${direct}` : theorem
      }: take --strategy N5`,
    );
  }
  const v = sizes.d_vocab, g = hints.g as number[];
  const gaps = Array.from({ length: v }, () => new Array<number>(v).fill(0));
  pairsOf(v).forEach(([q, m], i) => gaps[q][m] = g[i]);
  const rows = gaps.map((row) => `    [${row.join("; ")}]`).join(";\n");
  const text = `(* Hints of the prover: nothing depends on their being right. *)
From Coq Require Import ZArith List.
From ${FORMAL_ROOT} Require Import Program.
Import ListNotations.

Definition the_hints : hints := {| steps := ${G}%Z; gaps := [
${rows}] |}.
`;
  return { name: "Hints", text };
}

/** A class of evaluations that Floats.v defines; "real" is none of them. */
export type FormalArithmetic = "real" | "ieee" | "wgsl";

/** Whether Floats.v defines the class. */
export function isFormalArithmetic(name: unknown): name is FormalArithmetic {
  return name === "real" || name === "ieee" || name === "wgsl";
}

/** Prints how many sequences the program certifies. */
export function countSource(arithmetic: FormalArithmetic = "real"): FormalSource {
  const real = arithmetic === "real";
  const text = `From Coq Require Import NArith.
From ${FORMAL_ROOT} Require Import Network Program ${real ? "" : "Floats Widths "}Model Hints.
Open Scope N_scope.
Eval vm_compute in ${real ? "n5" : `n5_float ${arithmetic}`} the_model the_hints.
`;
  return { name: "Count", text };
}

/** The theorem: at least so many sequences are right, or right in every evaluation of a class. */
export function theoremSource(
  certified: bigint,
  arithmetic: FormalArithmetic = "real",
): FormalSource {
  const text = arithmetic === "real"
    ? `(* The claim; Network.v says what it means, Model.v has the weights. *)
From Coq Require Import NArith.
From ${FORMAL_ROOT} Require Import Network Program Sound Model Hints.

Theorem certified : (${certified} <= N.of_nat (right_sequences the_model))%N.
Proof. apply (certificate the_model the_hints). vm_cast_no_check (eq_refl true). Qed.

Print Assumptions certified.
`
    : `(* The claim; Network.v and Floats.v say what it means, Model.v has the weights. *)
From Coq Require Import NArith.
From ${FORMAL_ROOT} Require Import Network Program Floats Widths FloatSound Model Hints.

Theorem certified : at_least_right_in_every ${arithmetic} the_model ${certified}%N.
Proof. apply (float_certificate ${arithmetic} the_model the_hints). vm_cast_no_check (eq_refl true). Qed.

Print Assumptions certified.
`;
  return { name: "Certificate", text };
}
