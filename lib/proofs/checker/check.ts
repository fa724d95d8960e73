/**
 * The checker: does a certificate prove its claim about a model?
 *
 * It stands alone. From the model's weights it recomputes tables, enclosures, conditions and
 * counts, believes no number of the certificate, and shares with the provers only the exact and
 * outward-rounded arithmetic, the model's and the certificate's format. Hints may be anything of
 * the right shape: a bad one lowers the count, it cannot raise it above the truth. It knows no
 * prover; the other way round, certify.ts takes the claim of a new certificate from here.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkCertificate } from "./check.ts";
 * const zero = (n: number) => new Float32Array(n);
 * const model = {
 *   config: { d_vocab: 2, d_model: 1, d_head: 1, n_ctx: 2 },
 *   W_E: zero(2), W_pos: zero(2), W_Q: zero(1), W_K: zero(1),
 *   W_V: zero(1), W_O: zero(1), W_U: zero(2),
 * };
 * assertEquals(checkCertificate("{}", model).line, "rejected: its SHA-256 is missing");
 * ```
 * @module
 */
import { type Certificate, CERTIFICATE_FORMAT, type Claim, type Json } from "./certificate.ts";
import { readArithmetic } from "./evaluation.ts";
import { CHECKS, TASK_CHECKS } from "./mod.ts";
import { checkSubject, parseHashed } from "./read_certificate.ts";
import { Reader, reject, Rejection, show } from "./reader.ts";
import type { Check } from "./record.ts";
import { checkTables } from "./tables.ts";
import { readTask } from "./tasks.ts";
import type { MaxOfKConfig, MaxOfKModel } from "../max_of_k.ts";

/** The checker's verdict, and the line it prints. */
export interface Verdict {
  /** Whether the claim was found right. */
  accepted: boolean;
  /** "accepted: ..." or "rejected: <reason>". */
  line: string;
  /** What the checker itself counted, when it got so far. */
  recomputed?: Claim;
}

/** Checks the text of a certificate against a model. Never throws on a bad certificate. */
export function checkCertificate(text: string, model: MaxOfKModel): Verdict {
  try {
    const certificate = parseCertificate(text);
    const recomputed = recomputeClaim(certificate, model);
    const line = compare(certificate, recomputed);
    return { accepted: line.startsWith("accepted"), line, recomputed };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return { accepted: false, line: `rejected: ${error.message}` };
  }
}

/**
 * What the checker counts for a theorem, parameters and hints: the claim that `prove` writes.
 * Throws a Rejection when model, sizes or hints do not fit.
 */
export function recomputeClaim(
  { arithmetic, model: hash, sizes, task, theorem, parameters, hints }: Omit<Certificate, "claim">,
  model: MaxOfKModel,
): Claim {
  checkSubject({ model: hash, sizes }, model);
  const { d_vocab: v, n_ctx: K } = model.config;
  const check = checkOf({ theorem, task }, model.config);
  check.limit(model.config);
  const reader = new Reader(parameters, hints, model);
  const count = check.read(reader);
  reader.finish();
  const { certified, atMost } = count(checkTables(model, readArithmetic(arithmetic)));
  const claim: Claim = { certified: `${certified}`, sequences: `${BigInt(v) ** BigInt(K)}` };
  return atMost === undefined ? claim : { ...claim, atMost: `${atMost}` };
}

/**
 * Throws a Rejection where v and K make a theorem too long, whatever its hints: ask before
 * searching for them.
 */
export function limitWork(of: { theorem: string; task?: string }, sizes: MaxOfKConfig): void {
  checkOf(of, sizes).limit(sizes);
}

function checkOf(
  { theorem, task: asked }: { theorem: Json; task?: Json },
  sizes: MaxOfKConfig,
): Check {
  const task = readTask(asked, sizes);
  if (typeof theorem !== "string" || !Object.hasOwn(CHECKS, theorem)) {
    return reject(`unknown theorem ${show(theorem)}; known: ${Object.keys(CHECKS).join(", ")}`);
  }
  if (!task) return CHECKS[theorem];
  if (!Object.hasOwn(TASK_CHECKS, theorem)) {
    const known = Object.keys(TASK_CHECKS).join(", ");
    return reject(`${theorem} is no theorem about task ${task.name}; those are ${known}`);
  }
  const { limit, read } = TASK_CHECKS[theorem];
  return { limit: (sizes) => limit(task, sizes), read: (reader) => read(reader, task) };
}

function compare({ claim, arithmetic, task }: Certificate, found: Claim): string {
  const evaluation = readArithmetic(arithmetic);
  const asked = task === undefined ? "" : `, asked for ${task}`;
  if (claim.sequences !== found.sequences) {
    return `rejected: there are ${found.sequences} sequences, not ${show(claim.sequences)}`;
  }
  if (wholeNumber(claim.certified) > BigInt(found.certified)) {
    return `rejected: claims ${claim.certified} right, only ${found.certified} are certified`;
  }
  if ((claim.atMost === undefined) !== (found.atMost === undefined)) {
    return `rejected: the theorem has ${found.atMost === undefined ? "no" : "an"} upper bound`;
  }
  if (found.atMost !== undefined && wholeNumber(claim.atMost!) < BigInt(found.atMost)) {
    return `rejected: claims at most ${claim.atMost} right, only at most ${found.atMost} is certified`;
  }
  if (evaluation) {
    const any = claim.atMost === undefined ? "" : `, at most ${claim.atMost} in any`;
    return `accepted: at least ${claim.certified} of ${claim.sequences} sequences are right in ` +
      `every float32 evaluation (${evaluation.class})${any}${asked}`;
  }
  const most = claim.atMost === undefined ? "" : ` and at most ${claim.atMost}`;
  return `accepted: at least ${claim.certified}${most} of ${claim.sequences} sequences are right${asked}`;
}

function wholeNumber(text: unknown): bigint {
  if (typeof text !== "string" || !/^(0|[1-9][0-9]{0,399})$/.test(text)) {
    reject(`the claim holds ${show(text as Json)}, not a decimal number`);
  }
  return BigInt(text);
}

/**
 * Parses a certificate's text: canonical, hashed, of the known format. Throws a Rejection
 * otherwise.
 */
export function parseCertificate(text: string): Certificate {
  const certificate = parseHashed(text, CERTIFICATE_FORMAT, {
    optional: "task",
  }) as unknown as Certificate;
  const { claim } = certificate;
  const claimKeys = Object.keys(claim).sort().join();
  if (claimKeys !== "certified,sequences" && claimKeys !== "atMost,certified,sequences") {
    reject(`the claim's keys are ${show(Object.keys(claim).sort())}`);
  }
  wholeNumber(claim.certified);
  if (claim.atMost !== undefined) wholeNumber(claim.atMost);
  return certificate;
}
