/**
 * The checker: does a certificate prove its claim about a model?
 *
 * It stands alone. From the model's weights it recomputes tables, enclosures, conditions and counts, believes no
 * number of the certificate, and shares with the provers only the exact and outward-rounded arithmetic, the model's
 * and the certificate's format. Hints may be anything of the right shape: a bad one lowers the count, it cannot raise
 * it above the truth.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkCertificate } from "./check.ts";
 * const zero = (n: number) => new Float32Array(n);
 * const model = {
 *   config: { d_vocab: 2, d_model: 1, d_head: 1, n_ctx: 2 },
 *   ...{ W_E: zero(2), W_pos: zero(2), W_Q: zero(1), W_K: zero(1) },
 *   ...{ W_V: zero(1), W_O: zero(1), W_U: zero(2) },
 * };
 * assertEquals(checkCertificate("{}", model).line, "rejected: its SHA-256 is missing");
 * ```
 * @module
 */
import {
  ARITHMETIC,
  canonicalJson,
  type Certificate,
  CERTIFICATE_FORMAT,
  type Claim,
  encodeCertificate,
  type Json,
  sha256,
  weightsHash,
} from "./certificate.ts";
import { checkN1, checkN1n, checkN2, checkN3, checkN3n } from "./n1_n2_blocks.ts";
import { checkBruteForce } from "./brute_force.ts";
import { checkCubic } from "./cubic.ts";
import { DIRECT_WAYS } from "./direct.ts";
import { checkN4 } from "./n4_grid.ts";
import { checkN5 } from "./n5_layered.ts";
import { limit, nestsDeeper, pairIndex, Reader, reject, Rejection, show } from "./reader.ts";
import { SCORE_WAYS } from "./scores.ts";
import { checkSubcubic } from "./subcubic.ts";
import { type CheckTables, checkTables } from "./tables.ts";
import { checkMaxOfK, type MaxOfKConfig, type MaxOfKModel } from "../max_of_k.ts";

/** The checker's verdict, and the line it prints. */
export interface Verdict {
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
    const { claim } = certificate;
    const line = compare(claim, recomputed);
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
  { model: hash, sizes, theorem, parameters, hints }: Omit<Certificate, "claim">,
  model: MaxOfKModel,
): Claim {
  checkMaxOfK(model);
  const own = canonicalJson(model.config as unknown as Json);
  if (canonicalJson(sizes as unknown as Json) !== own) {
    reject(`the certificate is for sizes ${show(sizes as unknown as Json)}, the model has ${own}`);
  }
  if (weightsHash(model) !== hash) reject("the model's weights have another SHA-256");
  const { d_vocab: v, n_ctx: K } = model.config;
  if (typeof theorem !== "string" || !Object.hasOwn(THEOREMS, theorem)) {
    reject(`unknown theorem ${show(theorem)}; known: ${Object.keys(THEOREMS).join(", ")}`);
  }
  limitWork(theorem, model.config);
  const reader = new Reader(parameters, hints, model);
  const run = THEOREMS[theorem](reader);
  reader.finish();
  const { certified, atMost } = run(checkTables(model));
  const claim: Claim = { certified: `${certified}`, sequences: `${BigInt(v) ** BigInt(K)}` };
  return atMost === undefined ? claim : { ...claim, atMost: `${atMost}` };
}

interface Counts {
  certified: bigint;
  atMost?: bigint;
}

/** Reads and validates everything first, then runs. */
type Theorem = (reader: Reader) => (T: CheckTables) => Counts;

/** Work beyond these, a minute or two, is refused: sequences, position sets, patterns, sums. */
const MAX_SEQUENCES = 2 ** 31, MAX_SETS = 4096, MAX_PATTERNS = 4e8, MAX_SUMS = 4e10;

/** Throws a Rejection where v and K make a theorem too long, whatever its hints: ask before searching for them. */
export function limitWork(theorem: string, { d_vocab: v, n_ctx: K }: MaxOfKConfig): void {
  // Sums over the terms of all (q, m, x): `each` of them on top of the v (K - 1) terms.
  const sums = (each: number) => limit("sums", v ** 3 / 2 * (v * (K - 1) / 2 + each), MAX_SUMS);
  switch (theorem) {
    case "brute-force":
      limit("sequences", v ** K, MAX_SEQUENCES);
      return limit("logits", v ** (K + 1), 2 * MAX_SUMS);
    case "cubic":
      return limit("sums", v ** 2 * K * (v + K), MAX_SUMS);
    case "N1":
      limit("position sets", 2 ** (K - 1), MAX_SETS);
      return sums(K * 2 ** (K - 1));
    case "N1n":
      return sums(K ** 2);
    case "N2":
      return sums(K ** 2 * (K + v / 2));
    case "N3":
      limit("patterns", 3 ** (K - 1) * v ** 3 / 2, MAX_PATTERNS);
      return sums(0);
    case "N3n":
      return sums(K ** 3);
    case "N4":
    case "N4-partition":
      return sums(0);
    case "subcubic":
      return limit("sums", v ** 2 * K * (2 * v + K), MAX_SUMS);
  }
}

const THEOREMS: Record<string, Theorem> = {
  "brute-force": () => (T) => ({ certified: checkBruteForce(T) }),
  cubic: () => (T) => ({ certified: checkCubic(T) }),
  N1: () => (T) => ({ certified: checkN1(T) }),
  N1n: () => (T) => ({ certified: checkN1n(T) }),
  N2: (reader) => {
    const pairs = reader.orders();
    return (T) => ({ certified: checkN2(T, pairs) });
  },
  N3: () => (T) => ({ certified: checkN3(T) }),
  N3n: () => (T) => ({ certified: checkN3n(T) }),
  N4: (reader) => {
    const G = reader.parameter("G", [1, 65536]);
    return (T) => checkN4(T, { G, sets: () => [] });
  },
  "N4-partition": (reader) => {
    const G = reader.parameter("G", [1, 65536]);
    const sets = reader.partitions();
    return (T) => checkN4(T, { G, sets });
  },
  N5: (reader) => {
    const { v, K } = reader;
    const G = reader.parameter("G", [1, 65536]);
    const attention = reader.choice("attention", SCORE_WAYS);
    const direct = reader.choice("direct", ["exact", ...DIRECT_WAYS]);
    const vectors = reader.vectors(attention, direct);
    const g = reader.integers("g", pairIndex(v - 1, v - 1, v) + 1, [0, v]);
    limit("sums", g.reduce((sum, near) => sum + near + 1, 0) * v * K, MAX_SUMS);
    const gap = (q: number, m: number) => g[pairIndex(q, m, v)];
    return (T) => ({ certified: checkN5(T, { attention, direct, G, vectors, gap }) });
  },
  subcubic: (reader) => {
    const { v, K } = reader;
    const attention = reader.choice("attention", SCORE_WAYS);
    const handling = reader.choice("handling", [
      "mean_query+diff",
      "drop_average_query_per_output_logit_reasoning",
    ]);
    const direct = reader.choice("direct", DIRECT_WAYS);
    const sharper = reader.choice("sharper", ["no", "N6"]) === "N6";
    const vectors = reader.vectors(attention, direct);
    const pairs = pairIndex(v - 1, v - 1, v) + 1;
    const g = reader.integers("gaps", pairs * (K - 1), [1, v]);
    const gap = (q: number, m: number, n: number) => g[pairIndex(q, m, v) * (K - 1) + n - 1];
    const claim = { attention, handling, direct, sharper, vectors, gap };
    return (T) => ({ certified: checkSubcubic(T, claim) });
  },
};

/** Theorems a certificate can name. */
export const THEOREM_NAMES: readonly string[] = Object.keys(THEOREMS);

function compare(claim: Claim, found: Claim): string {
  if (claim.sequences !== found.sequences) {
    return `rejected: there are ${found.sequences} sequences, not ${show(claim.sequences)}`;
  }
  if (wholeNumber(claim.certified) > BigInt(found.certified)) {
    return `rejected: claims ${claim.certified} right, only ${found.certified} are certified`;
  }
  if ((claim.atMost === undefined) !== (found.atMost === undefined)) {
    return "rejected: N4 has an upper bound, and no other theorem";
  }
  if (found.atMost !== undefined && wholeNumber(claim.atMost!) < BigInt(found.atMost)) {
    return `rejected: claims at most ${claim.atMost} right, only at most ${found.atMost} is certified`;
  }
  const most = claim.atMost === undefined ? "" : ` and at most ${claim.atMost}`;
  return `accepted: at least ${claim.certified}${most} of ${claim.sequences} sequences are right`;
}

function wholeNumber(text: unknown): bigint {
  if (typeof text !== "string" || !/^(0|[1-9][0-9]{0,399})$/.test(text)) {
    reject(`the claim holds ${show(text as Json)}, not a decimal number`);
  }
  return BigInt(text);
}

/** The longest certificate that the checker reads, in characters. */
export const MAX_TEXT = 1e8;

/** Parses a certificate's text: canonical, hashed, of the known format. Throws a Rejection otherwise. */
export function parseCertificate(text: string): Certificate {
  if (text.length > MAX_TEXT) {
    reject(`it has ${text.length} characters, more than the checker reads (${MAX_TEXT})`);
  }
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return reject("no JSON: the file is truncated or was edited");
  }
  const record = object(value, "the certificate");
  // No hint nests deeper; what follows walks through the levels one inside the other.
  if (nestsDeeper(value, 8)) reject("its lists nest deeper than any theorem's");
  const { sha256: hash, ...rest } = record;
  if (typeof hash !== "string") reject("its SHA-256 is missing");
  if (sha256(canonicalJson(rest)) !== hash) {
    reject("its text does not have the SHA-256 it ends with");
  }
  const keys = "arithmetic,claim,format,hints,model,parameters,sizes,theorem";
  if (Object.keys(rest).sort().join() !== keys) {
    reject(`its keys are ${show(Object.keys(rest).sort())}, not ${keys}`);
  }
  const certificate = rest as unknown as Certificate;
  if (encodeCertificate(certificate) !== text) reject("its text is not in canonical form");
  if (certificate.format !== CERTIFICATE_FORMAT) {
    reject(`format ${show(certificate.format)}, not ${CERTIFICATE_FORMAT}`);
  }
  if (certificate.arithmetic !== ARITHMETIC) {
    reject(`arithmetic ${show(certificate.arithmetic)}, not ${ARITHMETIC}`);
  }
  for (const name of ["sizes", "parameters", "hints", "claim"] as const) object(rest[name], name);
  const { claim } = certificate;
  const claimKeys = Object.keys(claim).sort().join();
  if (claimKeys !== "certified,sequences" && claimKeys !== "atMost,certified,sequences") {
    reject(`the claim's keys are ${show(Object.keys(claim).sort())}`);
  }
  wholeNumber(claim.certified);
  if (claim.atMost !== undefined) wholeNumber(claim.atMost);
  return certificate;
}

function object(value: Json, name: string): Record<string, Json> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    reject(`${name} is no object`);
  }
  return value;
}
