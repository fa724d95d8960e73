/**
 * Proving a bound on a model's accuracy: search for hints, verify them. This is the prover's word
 * alone; certify.ts has the checker count too, and adds the certificate.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { makeProver, proveBound } from "./prove.ts";
 * const zero = (n: number) => new Float32Array(n);
 * const model = {
 *   config: { d_vocab: 2, d_model: 1, d_head: 1, n_ctx: 2 },
 *   W_E: zero(2), W_pos: zero(2), W_Q: zero(1), W_K: zero(1),
 *   W_V: zero(1), W_O: zero(1), W_U: zero(2),
 * };
 * assertEquals(proveBound(makeProver(model), "cubic").certified, 0n);
 * ```
 * @module
 */
import { anything, exactly, expectForm, having, maybe, text, whole } from "../io/form.ts";
import { show } from "../io/show.ts";
import { type Arithmetic, evaluationClass } from "./evaluation/classes.ts";
import { widen } from "./evaluation/widen.ts";
import type { MaxOfKModel } from "./max_of_k.ts";
import { parseStrategy, type Strategy } from "./strategies.ts";
import { findDirections, plainFactors } from "./tables/directions.ts";
import { taskFor } from "./tasks/mod.ts";
import { THEOREMS } from "./theorems/mod.ts";
import { makeTables, type ProofTables } from "./tables/folded.ts";
import type { Verification } from "./tables/verification.ts";
import type { Grid, Prover, TaskProver } from "./theorem.ts";
import { bruteForceFlops } from "./theorems/brute_force.ts";

export type { Prover } from "./theorem.ts";

/** What a search found for a theorem, untrusted; what it holds concerns that theorem alone. */
export interface Hints {
  /** Name of the theorem. */
  theorem: string;
  /** What was proved, as the theorem's own verification has it. */
  found: unknown;
}

/** Numbers a user chooses: grid steps of N4 and N5, and the largest gap N5 tries. */
export type ProofOptions = Partial<Grid>;

/**
 * A bound, certified / sequences, and what it took. By the prover's own count from proveBound() and
 * verifyStrategy(), by the checker's from certify(); of `published/...` strategies it is no proof.
 */
export interface ProofResult extends Verification {
  /** Name of the strategy. */
  strategy: string;
  /** All sequences, v^K. */
  sequences: bigint;
  /** certified / sequences. */
  bound: number;
  /** Dimensions of the network that the proof has to go through case by case (arXiv 2406.11779, section 5). */
  unexplainedDimension: number;
}

/**
 * What a proof speaks of: by default real arithmetic over the stored weights, and the largest token
 * as the right answer; see tasks/task.ts for others.
 */
export type ProverOptions = { arithmetic?: Arithmetic; task?: string };

const PROVER = exactly({ arithmetic: anything, task: text });

/**
 * Makes the exact tables and finds the directions; throws for a model that is not Max-of-K. With an
 * `arithmetic` other than "real", all proofs of this prover speak of every float32 evaluation of
 * that class (evaluation/classes.ts): they count sequences that are right in each of them.
 */
export function makeProver(model: MaxOfKModel, options: ProverOptions = {}): Prover {
  const known = { arithmetic: "real", task: "max", ...options };
  const { arithmetic, task: name } = expectForm("prove", known, PROVER);
  const errors = evaluationClass(arithmetic as Arithmetic);
  const tables = makeTables(model), task = taskFor(name, model.config);
  return {
    tables: errors ? widen(tables, errors) : tables,
    directions: findDirections(plainFactors(model)),
    ...(task ? { task } : {}),
  };
}

/**
 * Looks for good hints. Costs no FLOPs by the convention: hints are part of the proof, not of its
 * check.
 */
export function searchStrategy(prover: Prover, name: string, options: ProofOptions = {}): Hints {
  checkProver(prover);
  const { theorem, parts } = holdsFor(prover, parseStrategy(name));
  const grid = checkedOptions(options, prover.tables.v);
  const found = asksTask(prover)
    ? theorem.forTasks!.search?.(prover, grid)
    : theorem.search?.(prover, parts, grid);
  return { theorem: theorem.name, found };
}

/** Runs the verification with given hints and counts its operations. */
export function verifyStrategy(
  prover: Prover,
  name: string,
  { hints, ...options }: ProofOptions & { hints: Hints },
): ProofResult {
  checkProver(prover);
  const strategy = holdsFor(prover, parseStrategy(name));
  const { theorem, parts } = strategy, { G } = checkedOptions(options, prover.tables.v);
  const found = checkedHints(hints, strategy, prover.tables);
  const verification = asksTask(prover)
    ? theorem.forTasks!.verify(prover, { found, G })
    : theorem.verify(prover, parts, { found, G });
  return resultOf(prover, strategy, verification);
}

/** Whether the prover is of another task than "max". */
export function asksTask(prover: Prover): prover is TaskProver {
  return prover.task !== undefined;
}

/**
 * The strategy, refused where its argument is one about real arithmetic alone, or about the largest
 * token.
 */
export function holdsFor({ tables: { evaluation }, task }: Prover, strategy: Strategy): Strategy {
  const { name, theorem } = strategy;
  if (task && theorem.forTasks?.strategy !== name) {
    const known = THEOREMS.flatMap(({ forTasks }) => forTasks?.strategy ?? []).join(", ");
    throw new TypeError(
      `Cannot prove by ${name} of task ${task.name}: expected an argument that holds for it but ` +
        `found one about the largest token: take one of ${known}`,
    );
  }
  if (!evaluation || theorem.sound) return strategy;
  throw new TypeError(
    `Cannot prove by ${name} for every ${evaluation.errors.name} evaluation: expected a sound ` +
      `strategy but found a ${theorem.name} one: take ${name.replace(theorem.name, "sound")}`,
  );
}

/** What a verification comes to, among other strategies. */
export function resultOf<T extends Omit<Verification, "byPair">>(
  { tables: { v, K, model, evaluation } }: Prover,
  { name, theorem, parts }: Strategy,
  verification: T,
): T & Omit<ProofResult, "byPair"> {
  const sequences = BigInt(v) ** BigInt(K);
  return {
    strategy: name,
    sequences,
    ...verification,
    flops: verification.flops + (evaluation?.widths.flops ?? 0),
    bound: ratio(verification.certified, sequences),
    unexplainedDimension: theorem.dimension(parts, model.config),
  };
}

/**
 * What hints hold, where they are of this theorem and for this model. Bad ones of the right form
 * lower a bound; those of another form, or of a model of another size, could raise it above the
 * truth, and are refused.
 */
function checkedHints(hints: Hints, { theorem }: Strategy, { v, K }: ProofTables): unknown {
  const todo = "use searchStrategy() of the same strategy and model";
  if (hints?.theorem !== theorem.name) {
    throw new TypeError(
      `Cannot verify: expected hints of ${theorem.name} but found ${show(hints?.theorem)}: ${todo}`,
    );
  }
  const { found } = hints;
  if (theorem.form && !theorem.form.holds(found, { v, K })) {
    const others = ArrayBuffer.isView(found) || Array.isArray(found)
      ? `another list of ${(found as unknown as unknown[]).length}`
      : show(found);
    throw new RangeError(
      `Cannot verify: expected hints of ${theorem.name} as ${theorem.form.expected} for v = ${v}, ` +
        `K = ${K} but found ${others}: ${todo}`,
    );
  }
  return found;
}

/**
 * A bound by the prover's own count: search and verification in one, and no certificate.
 *
 * What it certifies is proved as far as this program is right; to compare strategies, that is
 * enough. `certify` has the checker, another program, count with the same hints and returns the
 * certificate, so that nobody has to believe the prover. Of a `published/...` strategy the count is
 * what the published code would claim, and proves nothing.
 */
export function proveBound(prover: Prover, name: string, options: ProofOptions = {}): ProofResult {
  return verifyStrategy(prover, name, { ...options, hints: searchStrategy(prover, name, options) });
}

/** Most grid steps, and largest gap to try. */
export const MOST_STEPS = 65536;

const OPTIONS = exactly({ G: maybe(whole(1, MOST_STEPS)), gMax: maybe(whole(1, MOST_STEPS)) });

/** G and gMax with their defaults; throws out of range, and for unknown names. */
export function checkedOptions(options: ProofOptions, v: number): Grid {
  const useful = "G = 16 to 256 and gMax = 4 to 8 are useful";
  const { G = 32, gMax = 4 } = expectForm("prove", options, OPTIONS, useful);
  return { G, gMax: Math.min(gMax, v) };
}

/** Throws for what is no prover, a model for example. */
export function checkProver(prover: Prover): void {
  const form = having({ tables: anything, directions: anything });
  expectForm("prove", prover, form, "take what makeProver(model) returns");
}

/**
 * What running every sequence proves, as a result beside the others; `unsettled` ones may be right
 * or wrong.
 */
export function exhaustiveResult(
  prover: Prover,
  found: { count: number; unsettled: number },
): Omit<ProofResult, "byPair"> {
  checkProver(prover);
  const { v, K } = prover.tables, most = v ** K;
  const { count } = expectForm("count", found, having({ count: whole(0, most) }));
  const { unsettled } = expectForm("count", found, having({ unsettled: whole(0, most - count) }));
  return resultOf(prover, parseStrategy("brute-force"), {
    certified: BigInt(count),
    atMost: BigInt(count + unsettled),
    flops: bruteForceFlops(prover.tables),
  });
}

/** a / b to float64 precision, b > 0. */
export function ratio(a: bigint, b: bigint): number {
  const scale = 1n << 60n;
  return Number(a * scale / b) / Number(scale);
}
