/**
 * Checker: statements with confidence about a model's accuracy, by draws that anybody can repeat.
 *
 * They are no proofs. The draws come from a generator whose seed is the SHA-256 of the weights and of
 * the plan (method, draws, grid, hints), so that they are fixed once both are, and are repeated here
 * one by one. Were they random, each bound of a plan fixed before them would fail with a probability of
 * at most 1 - confidence; that a generator's draws are like random ones is believed, not proved. Who
 * tries many plans and shows the best has spent the confidence: the checker cannot see that.
 *
 *   sampled      sequences of all v^K; p = wrong / v^K
 *   sampled/N5   sequences of N5's sets, see sampled_sets.ts; p = wrong / B
 *
 * k of n draws are counted. With p_up the Clopper-Pearson limit at 1 - confidence, at least
 * v^K - B p_up sequences are right (B = v^K for the first); v^K - B k / n is an unbiased estimate.
 * "certain" is what needs no confidence: v^K - B.
 * @module
 */
import { stream } from "../../numerics/random.ts";
import type { MaxOfKConfig, MaxOfKModel } from "../max_of_k.ts";
import { MOST_STEPS } from "./assignments.ts";
import { canonicalJson, type Certificate, encodeHashed, type Json, sha256 } from "./certificate.ts";
import type { Verdict } from "./check.ts";
import { readArithmetic } from "./evaluation.ts";
import { fillingError } from "./fillings.ts";
import { limit, LOWER_GAPS } from "./limits.ts";
import { limitGaps, setsOf } from "./n5_layered.ts";
import { checkSubject, parseHashed } from "./read_certificate.ts";
import { pairIndex, Reader, reject, Rejection, show } from "./reader.ts";
import { drawFromSets } from "./sampled_sets.ts";
import { answerOf } from "./sequence.ts";
import { claimOf, type StatementClaim } from "./statement_claim.ts";
import { checkTables } from "./tables.ts";

/** Another format than a proof's: no reader of proofs takes a statement for one. */
export const STATEMENT_FORMAT = "crosslab-max-of-k-sampled/1";

/** How draws are made: from all sequences, or from N5's sets. */
export const METHODS = ["sampled", "sampled/N5"] as const;
/** One of them. */
export type Method = typeof METHODS[number];

/** A statement as its file holds it, `theorem` one of METHODS. */
export type Statement = Omit<Certificate, "claim"> & { claim: StatementClaim };

/** All but the claim. */
export type StatementPlan = Omit<Statement, "claim">;

/** Whether a text is a statement, not a proof. */
export function isStatement(text: string): boolean {
  return text.includes(`"${STATEMENT_FORMAT}"`);
}

/** The file's text. */
export function encodeStatement(statement: Statement): string {
  return encodeHashed(statement as unknown as Json);
}

/** Repeats a statement's draws. Never throws on a bad one. */
export function checkStatement(text: string, model: MaxOfKModel): Verdict {
  try {
    const { claim, ...plan } = parseHashed(text, STATEMENT_FORMAT) as unknown as Statement;
    const found = repeatDraws(plan, model);
    const wrong = differing(claim, found);
    if (wrong) reject(wrong);
    return { accepted: true, line: `accepted: ${said(plan, found)}` };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return { accepted: false, line: `rejected: ${error.message}` };
  }
}

/** The stream of chance of a plan: it depends on the weights and on all that is drawn by. */
export function planStream({ arithmetic, hints, model, parameters, theorem }: StatementPlan) {
  const plan = { arithmetic, hints, model, parameters, theorem };
  return stream(0, `sampled ${sha256(canonicalJson(plan as unknown as Json))}`);
}

/** Draws as planned, and what follows. Throws a Rejection where plan and model do not fit. */
export function repeatDraws(plan: StatementPlan, model: MaxOfKModel): StatementClaim {
  checkSubject(plan, model);
  const { config } = model, v = config.d_vocab, K = config.n_ctx;
  const method = METHODS.find((one) => one === plan.theorem) ??
    reject(`unknown method ${show(plan.theorem)}; known: ${METHODS.join(", ")}`);
  const reader = new Reader(plan.parameters, plan.hints, model);
  const draws = reader.parameter("draws", [1, 2 ** 31]);
  limitDraws(draws, config);
  const random = planStream(plan), evaluation = readArithmetic(plan.arithmetic);
  if (method === "sampled") {
    reader.finish();
    const T = checkTables(model, evaluation), tokens = new Uint16Array(K);
    let counted = 0;
    for (let n = 0; n < draws; n++) {
      for (let i = 0; i < K; i++) tokens[i] = random.int(v);
      if (answerOf(T, tokens) !== "right") counted++;
    }
    return claimOf({ size: BigInt(v) ** BigInt(K), counted }, { draws, error: 0, config });
  }
  const G = reader.parameter("G", [1, MOST_STEPS]);
  const g = reader.integers("g", pairIndex(v - 1, v - 1, v) + 1, [0, v]);
  reader.finish();
  limitGaps(g, { v, K });
  limit("sets to draw from", { needed: setsOf(g), most: MOST_SETS, todo: LOWER_GAPS });
  const gap = (q: number, m: number) => g[pairIndex(q, m, v)];
  const found = drawFromSets(checkTables(model, evaluation), { G, gap, draws }, random);
  return claimOf(found, { draws, error: fillingError({ v, F: K - 1 }), config });
}

/**
 * Comparisons that the checker makes in a minute or two. A draw takes the time of some more, and so do
 * the limits: a hundred sums of as many terms as draws were counted.
 */
const MOST_COMPARISONS = 4e9, OF_A_DRAW = 240;

/** Sets whose sizes are held at once: some hundred megabytes. */
const MOST_SETS = 4e6;

/** Throws a Rejection where so many draws take too long. */
export function limitDraws(draws: number, { d_vocab: v, n_ctx: K }: MaxOfKConfig): void {
  limit("comparisons", {
    needed: draws * (v * K + OF_A_DRAW),
    most: MOST_COMPARISONS,
    todo: "draw less",
  });
}

/** What of a claim is not as the draws say, or nothing. */
function differing(claim: StatementClaim, found: StatementClaim): string | undefined {
  const [own, theirs] = [found, claim].map((one) => one as unknown as Record<string, Json>);
  const names = new Set([...Object.keys(own), ...Object.keys(theirs)]);
  const name = [...names].sort().find((key) =>
    canonicalJson(own[key] ?? null) !== canonicalJson(theirs[key] ?? null)
  );
  return name && `claims ${show(name)} ${show(theirs[name])}, the draws give ${show(own[name])}`;
}

/** In words; says what it is not. */
function said({ parameters, arithmetic }: StatementPlan, claim: StatementClaim): string {
  const evaluation = readArithmetic(arithmetic);
  const where = evaluation ? ` in every float32 evaluation (${evaluation.class})` : "";
  const { atLeast, sequences, certain, counted } = claim;
  return `no proof, but with confidence 0.99 at least ${
    atLeast["0.99"]
  }, with confidence 0.999999 ` +
    `at least ${atLeast["0.999999"]} of ${sequences} sequences are right${where}, by ` +
    `${parameters.draws} draws of which ${counted} count; ${certain} for certain`;
}
