/**
 * What draws say of a model's accuracy: an unbiased estimate, and lower bounds that hold with a
 * confidence. No proof: see checker/statement.ts for what is stated.
 *
 *   sampled      uniform sequences, answered from the proofs' own tables
 *   sampled/N5   sequences of N5's sets, see karp_luby.ts
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { makeProver } from "../prove.ts";
 * import { sampleAccuracy } from "./sample.ts";
 * const zero = (n: number) => new Float32Array(n);
 * const model = {
 *   config: { d_vocab: 2, d_model: 1, d_head: 1, n_ctx: 2 },
 *   W_E: zero(2), W_pos: zero(2), W_Q: zero(1), W_K: zero(1),
 *   W_V: zero(1), W_O: zero(1), W_U: zero(2),
 * };
 * const { estimate } = sampleAccuracy(makeProver(model), "sampled", { draws: 10 });
 * assertEquals(estimate, 0); // all logits are equal: a tie is wrong
 * ```
 * @module
 */
import { expectForm, oneOf, whole } from "../../io/form.ts";
import { subjectOf } from "../certify.ts";
import { fillingError } from "../checker/fillings.ts";
import { Rejection } from "../checker/reader.ts";
import {
  encodeStatement,
  limitDraws,
  type Method,
  METHODS,
  planStream,
  repeatDraws,
  STATEMENT_FORMAT,
  type StatementPlan,
} from "../checker/statement.ts";
import { claimOf, type StatementClaim } from "../checker/statement_claim.ts";
import { EXACT_SCORES } from "../subcubic/attention_error.ts";
import {
  checkedOptions,
  checkProver,
  type ProofOptions,
  type Prover,
  searchStrategy,
} from "../prove.ts";
import { pairsOf } from "../tables/counting.ts";
import type { Flops } from "../tables/flops.ts";
import { countTables } from "../tables/folded.ts";
import { prepareLayered } from "../theorems/layered_tables.ts";
import type { LayerHints } from "../theorems/n5_layered.ts";
import { answerFlops, certainlyRight } from "./answers.ts";
import { karpLuby } from "./karp_luby.ts";

/** How many draws, 400,000 or 20,000 by default; for sampled/N5 its grid as well. */
export type SampleOptions = ProofOptions & { draws?: number };

/** What draws say, and what they took. */
export interface Sampled extends StatementClaim {
  /** What was drawn from. */
  method: Method;
  /** How many draws. */
  draws: number;
  /** Operations of the tables and sets, which come once. */
  setFlops: number;
  /** Operations of all draws. */
  drawFlops: number;
}

/** So many make the limits of a trained model a tenth of N5's gap, or better. */
const USUAL: Record<Method, number> = { "sampled": 400_000, "sampled/N5": 20_000 };

/** Draws by the prover's own program; the same as the checker's wherever no rounding decides. */
export function sampleAccuracy(
  prover: Prover,
  method: Method,
  options: SampleOptions = {},
): Sampled {
  return drawn(prover, planned(prover, method, options));
}

/**
 * A statement that others can repeat: its file's text, and what the checker found by its own program;
 * the operations are the prover's. Throws where the draws take the checker too long.
 */
export function stateAccuracy(
  prover: Prover,
  method: Method,
  options: SampleOptions = {},
): { result: Sampled; certificate: string } {
  const made = planned(prover, method, options), { plan } = made;
  try {
    limitDraws(made.draws, plan.sizes);
    const claim = repeatDraws(plan, prover.tables.model);
    const certificate = encodeStatement({ ...plan, claim });
    return { result: { ...drawn(prover, made), ...claim }, certificate };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    throw new RangeError(
      `Cannot state by ${method}: expected draws that the checker can repeat but found ` +
        `${error.message}: take fewer draws`,
    );
  }
}

/** A plan with what the prover knows of it. */
interface Planned {
  plan: StatementPlan;
  method: Method;
  draws: number;
  /** N5's grid and hints. */
  sets?: { G: number; hints: LayerHints };
}

function planned(prover: Prover, name: Method, { draws: n, ...grid }: SampleOptions): Planned {
  checkProver(prover);
  if (prover.task) {
    throw new TypeError(
      `Cannot sample answers to ${prover.task.name}: expected task max but found another: prove a ` +
        "bound by N4, or by brute-force",
    );
  }
  const method = expectForm("sample", name, oneOf(METHODS));
  const draws = expectForm("sample", n ?? USUAL[method], whole(1, 2 ** 31));
  const { v } = prover.tables, { G } = checkedOptions(grid, v);
  const common = { format: STATEMENT_FORMAT, ...subjectOf(prover), theorem: method };
  if (method === "sampled") {
    return { method, draws, plan: { ...common, parameters: { draws }, hints: {} } };
  }
  const hints = searchStrategy(prover, "N5", grid).found as LayerHints;
  const g = pairsOf(v).map(([q, m]) => hints[q * v + m]);
  const plan = { ...common, parameters: { draws, G }, hints: { g } };
  return { method, draws, plan, sets: { G, hints } };
}

function drawn(prover: Prover, { plan, method, draws, sets }: Planned): Sampled {
  const { tables, directions } = prover, { v, K, model: { config } } = tables;
  const random = planStream(plan), isRight = certainlyRight(tables);
  if (sets) {
    const parts = { attention: EXACT_SCORES, direct: "exact" } as const;
    const proof = prepareLayered(tables, parts, { directions, G: sets.G });
    const { size, counted, setFlops, drawFlops } = karpLuby(
      proof,
      { hints: sets.hints, draws, isRight },
      random,
    );
    const claim = claimOf({ size, counted }, {
      draws,
      error: fillingError({ v, F: K - 1 }),
      config,
    });
    return { ...claim, method, draws, setFlops, drawFlops };
  }
  const flops: Flops = { total: 0 }, tokens = new Uint16Array(K);
  countTables(flops, tables, ["EQK", "EQP", "EVOU", "PVOU", "EU"]);
  let counted = 0;
  for (let n = 0; n < draws; n++) {
    for (let i = 0; i < K; i++) tokens[i] = random.int(v);
    if (!isRight(tokens)) counted++;
  }
  const claim = claimOf({ size: BigInt(v) ** BigInt(K), counted }, { draws, error: 0, config });
  const drawFlops = draws * answerFlops(config);
  return { ...claim, method, draws, setFlops: flops.total, drawFlops };
}
