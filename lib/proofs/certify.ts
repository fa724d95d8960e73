/**
 * Certificates: a strategy's hints with the checker's own count as the claim. proveBound() in prove.ts is the prover alone.
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
import { pairIndex, Rejection } from "./checker/reader.ts";
import type { Directions } from "./tables/directions.ts";
import {
  checkedOptions,
  checkProver,
  exhaustiveResult,
  type Hints,
  type ProofOptions,
  type ProofResult,
  type Prover,
  ratio,
  searchStrategy,
  verifyStrategy,
} from "./prove.ts";
import { parseStrategy, type Strategy } from "./strategies.ts";
import type { ProofTables } from "./tables/folded.ts";

/**
 * A bound that others can check: the certificate, a file's text, and the result as the checker counted it.
 *
 * The prover looks for hints; `result.certified` and `result.atMost`, and so the certificate's claim, are what the checker
 * counts with them by its own program. `proveBound` gives the prover's count alone, sooner and without a certificate;
 * where rounding decides a case, the two may differ. The other numbers of `result` are the prover's: FLOPs and
 * unexplained dimension. Throws for published strategies, which are no theorems, and for a proof that is too long for the
 * checker.
 */
export function certify(
  prover: Prover,
  name: string,
  options: ProofOptions = {},
): { result: Omit<ProofResult, "byPair">; certificate: string } {
  checkProver(prover);
  const { model, v } = prover.tables;
  const { G } = checkedOptions(options, v);
  const strategy = parseStrategy(name);
  if (strategy.theorem === "published") {
    throw new TypeError(
      `Cannot certify ${name}: expected a sound strategy but found a published one: ` +
        `take ${name.replace("published", "sound")}`,
    );
  }
  orRefuse(name, () => limitWork(strategy.theorem, model.config));
  const hints = searchStrategy(prover, name, options);
  const body: Omit<Certificate, "claim"> = {
    format: CERTIFICATE_FORMAT,
    arithmetic: ARITHMETIC,
    model: weightsHash(model),
    sizes: model.config,
    theorem: strategy.theorem,
    parameters: parametersOf(strategy, G),
    hints: { ...hintLists(hints, prover.tables), ...vectorHints(strategy, prover.directions) },
  };
  const claim = orRefuse(name, () => recomputeClaim(body, model));
  const certified = BigInt(claim.certified);
  const result = strategy.theorem === "brute-force"
    ? exhaustiveResult(prover, { count: Number(certified), unsettled: 0 })
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

/** Names and parameters as a certificate holds them. */
function parametersOf(strategy: Strategy, G: number): { [name: string]: Json } {
  switch (strategy.theorem) {
    case "N4":
    case "N4-partition":
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
    case "partition":
      return { sets: pairs.map(([q, m]) => hints.partition[q * v + m]) };
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
