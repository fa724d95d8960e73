/**
 * Certificates: a strategy's hints with the checker's own count as the claim. proveBound() in
 * prove.ts is the prover alone.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { certify } from "./certify.ts";
 * import { makeProver } from "./prove.ts";
 * import { checkCertificate } from "./checker/check.ts";
 * // One direction only: the logit of token 1 minus that of token 0 is the number of ones, minus a half.
 * const model = {
 *   config: { d_vocab: 2, d_model: 2, d_head: 1, n_ctx: 2 },
 *   W_E: Float32Array.of(0, 1, 1, 1),
 *   W_pos: new Float32Array(4),
 *   W_Q: new Float32Array(2),
 *   W_K: new Float32Array(2),
 *   W_V: Float32Array.of(4, -0.5),
 *   W_O: Float32Array.of(0, 1),
 *   W_U: Float32Array.of(0, 0, -1, 1),
 * };
 * const { certificate } = certify(makeProver(model), "cubic");
 * assertEquals(checkCertificate(certificate, model).accepted, true);
 * ```
 * @module
 */
import {
  ARITHMETIC,
  type Certificate,
  CERTIFICATE_FORMAT,
  encodeCertificate,
  type Json,
  weightsHash,
} from "./checker/certificate.ts";
import { limitWork, recomputeClaim } from "./checker/check.ts";
import { Rejection } from "./checker/reader.ts";
import type { EvaluationClass } from "./evaluation/classes.ts";
import {
  asksTask,
  checkedOptions,
  checkProver,
  holdsFor,
  type ProofOptions,
  type Prover,
  ratio,
  resultOf,
  searchStrategy,
  verifyStrategy,
} from "./prove.ts";
import { type Certified, shownCertificate } from "./shown_certificate.ts";
import { parseStrategy } from "./strategies.ts";

/**
 * A bound that others can check: the certificate, a file's text, and the result as the checker
 * counted it.
 *
 * The prover looks for hints; `result.certified` and `result.atMost`, and so the certificate's
 * claim, are what the checker counts with them by its own program. `proveBound` gives the prover's
 * count alone, sooner and without a certificate; where rounding decides a case, the two may differ.
 * The other numbers of `result` are the prover's: FLOPs and unexplained dimension. The certificate
 * speaks of what the prover was made for: real arithmetic, or every evaluation of a class. Throws for
 * published strategies, which are no theorems, and for a proof that is too long for the checker.
 */
export function certify(
  prover: Prover,
  name: string,
  options: ProofOptions = {},
): Certified {
  checkProver(prover);
  const { model, v } = prover.tables;
  const { G } = checkedOptions(options, v);
  const strategy = parseStrategy(name), { theorem, parts } = strategy, { task } = prover;
  if (!theorem.sound) {
    throw new TypeError(
      `Cannot certify ${name}: expected a sound strategy but found a ${theorem.name} one: ` +
        `take ${name.replace(theorem.name, "sound")}`,
    );
  }
  holdsFor(prover, strategy);
  orRefuse(name, () => limitWork({ theorem: theorem.name, task: task?.name }, model.config));
  const hints = searchStrategy(prover, name, options);
  const settled = { found: hints.found, G };
  const written = asksTask(prover)
    ? theorem.forTasks!.write?.(prover, settled)
    : theorem.write?.(prover, parts, settled);
  const body: Omit<Certificate, "claim"> = {
    format: CERTIFICATE_FORMAT,
    ...subjectOf(prover),
    theorem: theorem.name,
    parameters: written?.parameters ?? {},
    hints: written?.hints ?? {},
  };
  const claim = orRefuse(name, () => recomputeClaim(body, model));
  const certified = BigInt(claim.certified);
  const counted = theorem.counted?.(prover, certified);
  const result = counted
    ? resultOf(prover, strategy, counted)
    : verifyStrategy(prover, name, { ...options, hints });
  return shownCertificate({
    result: {
      ...result,
      certified,
      bound: ratio(certified, result.sequences),
      ...(claim.atMost === undefined ? {} : { atMost: BigInt(claim.atMost) }),
    },
    certificate: encodeCertificate({ ...body, claim }),
  });
}

/** What a certificate of this prover speaks of: the arithmetic, the model, and what it was asked. */
export function subjectOf(
  { tables: { model, evaluation }, task }: Prover,
): Pick<Certificate, "arithmetic" | "model" | "sizes" | "task"> {
  return {
    arithmetic: evaluation
      ? { computed: ARITHMETIC, evaluations: writtenClass(evaluation.errors) }
      : ARITHMETIC,
    model: weightsHash(model),
    sizes: model.config,
    ...(task ? { task: task.name } : {}),
  };
}

/** A class with all its numbers, so that a reader can compare them with what a device promises. */
function writtenClass({ name, ...numbers }: EvaluationClass): Json {
  return { class: name, ...numbers };
}

function orRefuse<T>(name: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    throw new RangeError(
      `Cannot certify by ${name}: expected a proof that the checker can follow but found ` +
        `${error.message}: take N5, or a subcubic strategy`,
    );
  }
}
