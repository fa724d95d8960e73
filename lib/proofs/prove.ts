/**
 * Proving a bound on a model's accuracy: search for hints, verify them. This is the prover's word alone; certify.ts
 * has the checker count too, and adds the certificate.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { makeProver, proveBound } from "./prove.ts";
 * const zero = (n: number) => new Float32Array(n);
 * const model = {
 *   config: { d_vocab: 2, d_model: 1, d_head: 1, n_ctx: 2 },
 *   ...{ W_E: zero(2), W_pos: zero(2), W_Q: zero(1), W_K: zero(1) },
 *   ...{ W_V: zero(1), W_O: zero(1), W_U: zero(2) },
 * };
 * assertEquals(proveBound(makeProver(model), "cubic").certified, 0n);
 * ```
 * @module
 */
import { anything, exactly, expectForm, having, maybe, whole } from "../io/form.ts";
import { verifyN1, verifyN1n } from "./theorems/n1_blocks.ts";
import { searchN2, verifyN2 } from "./theorems/n2_boxes.ts";
import { bruteForceTiny, TINY_LIMIT } from "./theorems/brute_force.ts";
import { verifyN3, verifyN3n } from "./theorems/n3_copies.ts";
import { type ProofRun, sumPairs, verifyCubic } from "./theorems/cubic.ts";
import { type Directions, findDirections, plainFactors } from "./tables/directions.ts";
import { refuseSize } from "./theorems/errors.ts";
import { matmulFlops, softmaxFlops } from "./tables/flops.ts";
import { searchPartition, type TwoSidedRun, verifyN4 } from "./theorems/n4_grid.ts";
import { checkedHints, type Hints } from "./theorems/hints.ts";
import { searchN5, verifyN5 } from "./theorems/n5_layered.ts";
import { prepareLayered } from "./theorems/layered_tables.ts";
import type { MaxOfKModel } from "./max_of_k.ts";
import { runPublished, searchPublished } from "./published/published.ts";
import { preparePublished } from "./published/tables.ts";
import { parseStrategy, type Strategy, unexplainedDimension } from "./strategies.ts";
import { prepareSubcubic, searchGaps, verifySubcubic } from "./subcubic/subcubic.ts";
import { makeTables, type ProofTables } from "./tables/folded.ts";

export type { Hints } from "./theorems/hints.ts";

/** What all strategies of one model share. */
export interface Prover {
  tables: ProofTables;
  directions: Directions;
}

/** Numbers a user chooses: grid steps of N4 and N5, and the largest gap N5 tries. */
export interface ProofOptions {
  G?: number;
  gMax?: number;
}

/**
 * A bound, certified / sequences, and what it took. By the prover's own count from proveBound() and verifyStrategy(), by
 * the checker's from certify(); of `published/...` strategies it is no proof.
 */
export interface ProofResult extends ProofRun {
  strategy: string;
  sequences: bigint;
  /** Upper end, from N4, N4-partition and brute force. */
  atMost?: bigint;
  /** certified / sequences. */
  bound: number;
  unexplainedDimension: number;
}

/** Makes the exact tables and finds the directions; throws for a model that is not Max-of-K. */
export function makeProver(model: MaxOfKModel): Prover {
  return { tables: makeTables(model), directions: findDirections(plainFactors(model)) };
}

/** Looks for good hints. Costs no FLOPs by the convention: hints are part of the proof, not of its check. */
export function searchStrategy(prover: Prover, name: string, options: ProofOptions = {}): Hints {
  checkProver(prover);
  const { tables, directions } = prover;
  const strategy = parseStrategy(name);
  const { G, gMax } = checkedOptions(options, tables.v);
  switch (strategy.theorem) {
    case "N2":
      return { kind: "orders", pairs: searchN2(tables) };
    case "N4-partition":
      return { kind: "partition", partition: searchPartition(tables, { G }) };
    case "N5": {
      const proof = prepareLayered(tables, strategy, { directions, G });
      return { kind: "layers", g: searchN5(proof, { gMax }) };
    }
    case "published":
      return {
        kind: "gaps",
        gaps: searchPublished(preparePublished(tables, strategy.parts, directions)),
      };
    case "subcubic":
      return {
        kind: "gaps",
        gaps: searchGaps(prepareSubcubic(tables, strategy.parts, directions)),
      };
    default:
      return { kind: "none" };
  }
}

/** Runs the verification with given hints and counts its operations. */
export function verifyStrategy(
  prover: Prover,
  name: string,
  { hints, ...options }: ProofOptions & { hints: Hints },
): ProofResult {
  checkProver(prover);
  const strategy = parseStrategy(name);
  const { tables } = prover;
  const run = runTheorem(prover, strategy, { hints, ...checkedOptions(options, tables.v) });
  const sequences = BigInt(tables.v) ** BigInt(tables.K);
  return {
    strategy: name,
    sequences,
    ...run,
    bound: ratio(run.certified, sequences),
    unexplainedDimension: unexplainedDimension(strategy, tables.model.config),
  };
}

/**
 * A bound by the prover's own count: search and verification in one, and no certificate.
 *
 * What it certifies is proved as far as this program is right; to compare strategies, that is enough. `certify` has the
 * checker, another program, count with the same hints and returns the certificate, so that nobody has to believe the
 * prover. Of a `published/...` strategy the count is what the published code would claim, and proves nothing.
 */
export function proveBound(prover: Prover, name: string, options: ProofOptions = {}): ProofResult {
  return verifyStrategy(prover, name, { ...options, hints: searchStrategy(prover, name, options) });
}

/** Most grid steps, and largest gap to try. */
export const MOST_STEPS = 65536;

const OPTIONS = exactly({ G: maybe(whole(1, MOST_STEPS)), gMax: maybe(whole(1, MOST_STEPS)) });

/** G and gMax with their defaults; throws out of range, and for unknown names. */
export function checkedOptions(options: ProofOptions, v: number): { G: number; gMax: number } {
  const useful = "G = 16 to 256 and gMax = 4 to 8 are useful";
  const { G = 32, gMax = 4 } = expectForm("prove", options, OPTIONS, useful);
  return { G, gMax: Math.min(gMax, v) };
}

/** Throws for what is no prover, a model for example. */
export function checkProver(prover: Prover): void {
  const form = having({ tables: anything, directions: anything });
  expectForm("prove", prover, form, "take what makeProver(model) returns");
}

function runTheorem(
  { tables, directions }: Prover,
  strategy: Strategy,
  { hints, G }: { hints: Hints; G: number },
): ProofRun | TwoSidedRun {
  switch (strategy.theorem) {
    case "brute-force": {
      const { v, K } = tables;
      if (!(v ** K <= TINY_LIMIT)) {
        refuseSize("brute-force here", `${v}^${K} sequences`, `${TINY_LIMIT}`, "certify()");
      }
      const { right, count } = bruteForceTiny(tables);
      const byPair = Array.from(right, (n) => BigInt(n));
      return { ...sumPairs(byPair, bruteForceFlops(tables)), atMost: BigInt(count) };
    }
    case "cubic":
      return verifyCubic(tables);
    case "N1":
      return verifyN1(tables);
    case "N1n":
      return verifyN1n(tables);
    case "N2":
      return verifyN2(tables, checkedHints(hints, "orders", tables).pairs);
    case "N3":
      return verifyN3(tables);
    case "N3n":
      return verifyN3n(tables);
    case "N4":
      return verifyN4(tables, { G });
    case "N4-partition":
      return verifyN4(tables, { G, partition: checkedHints(hints, "partition", tables).partition });
    case "N5":
      return verifyN5(
        prepareLayered(tables, strategy, { directions, G }),
        checkedHints(hints, "layers", tables).g,
      );
    case "published":
      return runPublished(
        preparePublished(tables, strategy.parts, directions),
        checkedHints(hints, "gaps", tables).gaps,
      );
    case "subcubic":
      return verifySubcubic(
        prepareSubcubic(tables, strategy.parts, directions),
        checkedHints(hints, "gaps", tables).gaps,
      );
  }
}

/** One forward pass a sequence: attention, its mix of the token vectors, logits, comparison. */
export function bruteForceFlops({ model, v, K }: ProofTables): number {
  const { d_model: d, d_head: h } = model.config;
  const projections = K * d + 3 * matmulFlops(K, d, h);
  const attention = matmulFlops(K, h, K) + K * K + K * softmaxFlops(K);
  const mix = matmulFlops(K, K, h) + matmulFlops(K, h, d) + K * d + matmulFlops(K, d, v);
  return v ** K * (projections + attention + mix + 2 * v);
}

/** What running every sequence proves, as a result beside the others; `unsettled` ones may be right or wrong. */
export function exhaustiveResult(
  prover: Prover,
  found: { count: number; unsettled: number },
): Omit<ProofResult, "byPair"> {
  checkProver(prover);
  const { v, K, model } = prover.tables, most = v ** K;
  const { count } = expectForm("count", found, having({ count: whole(0, most) }));
  const { unsettled } = expectForm("count", found, having({ unsettled: whole(0, most - count) }));
  const sequences = BigInt(v) ** BigInt(K), certified = BigInt(count);
  return {
    strategy: "brute-force",
    sequences,
    certified,
    atMost: BigInt(count + unsettled),
    bound: ratio(certified, sequences),
    flops: bruteForceFlops(prover.tables),
    unexplainedDimension: unexplainedDimension({ theorem: "brute-force" }, model.config),
  };
}

/** a / b to float64 precision, b > 0. */
export function ratio(a: bigint, b: bigint): number {
  const scale = 1n << 60n;
  return Number(a * scale / b) / Number(scale);
}
