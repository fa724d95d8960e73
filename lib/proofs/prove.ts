/**
 * Proving a bound on a model's accuracy: search for hints, verify them, leave a certificate.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { certify, makeProver, verifyStrategy } from "./prove.ts";
 * import { checkCertificate } from "./check.ts";
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
import { verifyN1, verifyN1n } from "./blocks.ts";
import { type BoxHints, searchN2, verifyN2 } from "./boxes.ts";
import { bruteForceTiny, TINY_LIMIT } from "./brute_force.ts";
import {
  ARITHMETIC,
  type Certificate,
  CERTIFICATE_FORMAT,
  encodeCertificate,
  type Json,
  weightsHash,
} from "./certificate.ts";
import { pairIndex, recomputeClaim, Rejection } from "./check.ts";
import { verifyN3, verifyN3n } from "./copies.ts";
import { type ProofRun, sumPairs, verifyCubic } from "./cubic.ts";
import { type Directions, findDirections, plainFactors } from "./directions.ts";
import { refuseSize } from "./errors.ts";
import { matmulFlops, softmaxFlops } from "./flops.ts";
import { type TwoSidedRun, verifyN4 } from "./grid.ts";
import { type LayerHints, prepareLayered, searchN5, verifyN5 } from "./layered.ts";
import type { MaxOfKModel } from "./model.ts";
import { preparePublished, runPublished, searchPublished } from "./published.ts";
import { parseStrategy, type Strategy, unexplainedDimension } from "./strategies.ts";
import { type Gaps, prepareSubcubic, searchGaps, verifySubcubic } from "./subcubic.ts";
import { makeTables, type ProofTables } from "./tables.ts";

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

/** Untrusted: found by searchStrategy(), used by verifyStrategy(). */
export type Hints =
  | { kind: "none" }
  | { kind: "gaps"; gaps: Gaps }
  | { kind: "orders"; pairs: BoxHints }
  | { kind: "layers"; g: LayerHints };

/** A verified bound: certified / sequences, and what it took. */
export interface ProofResult extends ProofRun {
  strategy: string;
  sequences: bigint;
  /** Upper end, from N4 and brute force. */
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
  const { tables, directions } = prover;
  const strategy = parseStrategy(name);
  const { G, gMax } = checkedOptions(options, tables.v);
  switch (strategy.theorem) {
    case "N2":
      return { kind: "orders", pairs: searchN2(tables) };
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

/** Search and verification in one. */
export function proveBound(prover: Prover, name: string, options: ProofOptions = {}): ProofResult {
  return verifyStrategy(prover, name, { ...options, hints: searchStrategy(prover, name, options) });
}

/**
 * Proves and writes a certificate, the file's text. Its claim is the checker's own count for these hints.
 * Throws for published strategies, which are no theorems.
 */
export function certify(
  prover: Prover,
  name: string,
  options: ProofOptions = {},
): { result: Omit<ProofResult, "byPair">; certificate: string } {
  const strategy = parseStrategy(name);
  if (strategy.theorem === "published") {
    throw new TypeError(
      `Cannot certify ${name}: expected a sound strategy but found a published one: ` +
        `take ${name.replace("published", "sound")}`,
    );
  }
  const hints = searchStrategy(prover, name, options);
  const { model, v } = prover.tables;
  const { G } = checkedOptions(options, v);
  const body: Omit<Certificate, "claim"> = {
    format: CERTIFICATE_FORMAT,
    arithmetic: ARITHMETIC,
    model: weightsHash(model),
    sizes: model.config,
    theorem: strategy.theorem,
    parameters: parametersOf(strategy, G),
    hints: { ...hintLists(hints, prover.tables), ...vectorHints(strategy, prover.directions) },
  };
  const claim = recomputeOrRefuse(body, model, name);
  const certified = BigInt(claim.certified);
  const result = strategy.theorem === "brute-force"
    ? bruteForceResult(prover, certified)
    : verifyStrategy(prover, name, { ...options, hints });
  return {
    result: {
      ...result,
      certified,
      bound: ratio(certified, result.sequences),
      ...(claim.atMost === undefined ? {} : { atMost: BigInt(claim.atMost) }),
    },
    certificate: encodeCertificate({ ...body, claim }),
  };
}

function recomputeOrRefuse(body: Omit<Certificate, "claim">, model: MaxOfKModel, name: string) {
  try {
    return recomputeClaim(body, model);
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    throw new RangeError(
      `Cannot certify by ${name}: expected a proof that the checker can follow but found ` +
        `${error.message}: take another strategy, e.g. N4`,
    );
  }
}

function checkedOptions(
  { G = 32, gMax = 4 }: ProofOptions,
  v: number,
): { G: number; gMax: number } {
  const check = (name: string, value: number, most: number) => {
    if (Number.isInteger(value) && value >= 1 && value <= most) return;
    throw new RangeError(
      `Cannot prove with ${name} = ${value}: expected an integer from 1 to ${most} but found ${value}: ` +
        `G = 16 to 256 and gMax = 4 to 8 are useful`,
    );
  };
  check("G", G, 65536);
  check("gMax", gMax, Math.max(v, 65536));
  return { G, gMax: Math.min(gMax, v) };
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
      return verifyN2(tables, need(hints, "orders").pairs);
    case "N3":
      return verifyN3(tables);
    case "N3n":
      return verifyN3n(tables);
    case "N4":
      return verifyN4(tables, { G });
    case "N5":
      return verifyN5(prepareLayered(tables, strategy, { directions, G }), need(hints, "layers").g);
    case "published":
      return runPublished(
        preparePublished(tables, strategy.parts, directions),
        need(hints, "gaps").gaps,
      );
    case "subcubic":
      return verifySubcubic(
        prepareSubcubic(tables, strategy.parts, directions),
        need(hints, "gaps").gaps,
      );
  }
}

function need<K extends Hints["kind"]>(hints: Hints, kind: K): Extract<Hints, { kind: K }> {
  if (hints.kind === kind) return hints as Extract<Hints, { kind: K }>;
  throw new TypeError(
    `Cannot verify: expected hints of kind ${kind} but found ${hints.kind}: ` +
      `use searchStrategy() of the same strategy`,
  );
}

/** One forward pass a sequence: attention, its mix of the token vectors, logits, comparison. */
function bruteForceFlops({ model, v, K }: ProofTables): number {
  const { d_model: d, d_head: h } = model.config;
  const projections = K * d + 3 * matmulFlops(K, d, h);
  const attention = matmulFlops(K, h, K) + K * K + K * softmaxFlops(K);
  const mix = matmulFlops(K, K, h) + matmulFlops(K, h, d) + K * d + matmulFlops(K, d, v);
  return v ** K * (projections + attention + mix + 2 * v);
}

function bruteForceResult({ tables }: Prover, certified: bigint): Omit<ProofResult, "byPair"> {
  return {
    strategy: "brute-force",
    sequences: BigInt(tables.v) ** BigInt(tables.K),
    certified,
    atMost: certified,
    flops: bruteForceFlops(tables),
    bound: 0,
    unexplainedDimension: tables.v ** (tables.K + 1),
  };
}

/** Names and parameters as a certificate holds them. */
function parametersOf(strategy: Strategy, G: number): { [name: string]: Json } {
  switch (strategy.theorem) {
    case "N4":
      return { G };
    case "N5":
      return { G, attention: strategy.attention, direct: strategy.direct };
    case "subcubic": {
      const { attention, handling, direct, sharper } = strategy.parts;
      return { attention, handling, direct, sharper: sharper ? "N6" : "no" };
    }
    default:
      return {};
  }
}

function hintLists(hints: Hints, { v, K }: ProofTables): { [name: string]: Json } {
  const pairs: [number, number][] = [];
  for (let q = 0; q < v; q++) for (let m = q; m < v; m++) pairs[pairIndex(q, m, v)] = [q, m];
  switch (hints.kind) {
    case "none":
      return {};
    case "layers":
      return { g: pairs.map(([q, m]) => hints.g[q * v + m]) };
    case "orders":
      return {
        orders: pairs.map(([q, m]) => hints.pairs[q * v + m]!.order),
        j: pairs.map(([q, m]) => hints.pairs[q * v + m]!.j),
      };
    case "gaps":
      return {
        gaps: pairs.flatMap(([q, m]) => {
          const at = (q * v + m) * K;
          return [...hints.gaps.subarray(at + 1, at + K)];
        }),
      };
  }
}

/** The directions that this strategy's check needs. */
function vectorHints(strategy: Strategy, directions: Directions): { [name: string]: Json } {
  if (strategy.theorem !== "subcubic" && strategy.theorem !== "N5") return {};
  const { attention, direct } = strategy.theorem === "N5" ? strategy : strategy.parts;
  const { query, size, query2, size2, W_Q_U, W_K_U, direct: e } = directions;
  return {
    ...(attention === "exact_EQKE+max_diff_exact" ? {} : { query, size }),
    ...(attention.includes("subproduct") ? { query2, size2, W_Q_U, W_K_U } : {}),
    ...(direct === "svd_query+max_diff" ? { direct: e } : {}),
  };
}

/** a / b to float64 precision, b > 0. */
export function ratio(a: bigint, b: bigint): number {
  const scale = 1n << 60n;
  return Number(a * scale / b) / Number(scale);
}
