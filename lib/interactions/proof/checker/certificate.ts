/**
 * The certificate: what a proof of a bound on a layer's interaction residual leaves behind.
 *
 * One JSON object in canonical form (keys sorted, no spaces), ended by the SHA-256 of the text without
 * it. It names the weights, the dictionary and the encodings by hashes, the method, and the claim:
 *
 *   mean     (1/N) Σ_t ‖R(t)‖ <= mean
 *   max      ‖R(t)‖ <= max for every token t
 *   share    Σ_t ‖R(t)‖ <= share · Σ_t ‖MLP(x̂(t)) - MLP(b_dec)‖; null where nothing can be said
 *
 * in real arithmetic, for the stored float32 numbers taken as exact. No intermediate value is in it.
 * @module
 */
import { createHash } from "node:crypto";
import { canonicalJson } from "../../../io/canonical_json.ts";
import {
  exactly,
  expectForm,
  type Form,
  number,
  oneOf,
  orNull,
  text,
  whole,
} from "../../../io/form.ts";
import { METHODS } from "./residual.ts";
import { reject, Rejection } from "./reject.ts";

/** The format's name and version. */
export const RESIDUAL_FORMAT = "crosslab-interaction-residual/1";
/** Float64 with every rounding counted, exponentials with a proved error. */
export const RESIDUAL_ARITHMETIC = "float64-outward/1";

/** What is claimed of the residual over N tokens. */
export type ResidualClaim = { mean: number; max: number; share: number | null };

const FIELDS = {
  format: oneOf([RESIDUAL_FORMAT]),
  arithmetic: oneOf([RESIDUAL_ARITHMETIC]),
  layer: whole(0, 4096),
  site: whole(0, 65536),
  tokens: whole(1, 2 ** 24),
  method: oneOf(METHODS),
  subject: text,
  encodings: text,
  claim: exactly({
    mean: number({ least: 0 }),
    max: number({ least: 0 }),
    share: orNull(number({ least: 0 })),
  }),
};
const FORM = exactly(FIELDS);

/** A certificate without its own hash. */
export type ResidualCertificate = typeof FORM extends Form<infer Value> ? Value : never;

/** The file's text. */
export function encodeResidual(certificate: ResidualCertificate): string {
  const body = canonicalJson(certificate);
  return `${body.slice(0, -1)},"sha256":"${sha256(body)}"}\n`;
}

/** The longest certificate that the checker reads, in characters. */
const MOST_CHARACTERS = 4096;
const REMEDY = "take the certificate as it was written";

/** Parses a certificate's text: canonical, hashed, of this format. Rejects otherwise. */
export function parseResidual(source: string): ResidualCertificate {
  if (source.length > MOST_CHARACTERS) {
    reject(`at most ${MOST_CHARACTERS} characters`, source.length, REMEDY);
  }
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(source);
  } catch {
    return reject("JSON", "none: it is cut off or was edited", REMEDY);
  }
  const { sha256: hash, ...rest } = Object(value);
  try {
    expectForm("check it", rest, FORM, REMEDY);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Rejection(error.message.replace("Cannot check it: ", ""));
  }
  const found = sha256(canonicalJson(rest));
  if (hash !== found) reject(`SHA-256 ${found.slice(0, 12)}...`, hash, REMEDY);
  const certificate = rest as ResidualCertificate;
  if (encodeResidual(certificate) !== source) reject("canonical JSON", "another spelling", REMEDY);
  return certificate;
}

function sha256(source: string): string {
  return createHash("sha256").update(source).digest("hex");
}
