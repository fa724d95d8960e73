/**
 * Checker: what holds for every certificate, whatever it claims: its text is one JSON object in
 * canonical form that ends with its own SHA-256, and it speaks of one model.
 * @module
 */
import { checkMaxOfK, type MaxOfKConfig, type MaxOfKModel } from "../max_of_k.ts";
import { canonicalJson, encodeHashed, type Json, sha256, weightsHash } from "./certificate.ts";
import { readArithmetic } from "./evaluation.ts";
import { nestsDeeper, reject, show } from "./reader.ts";

/** The longest certificate that the checker reads, in characters. */
export const MAX_TEXT = 1e8;

/** The entries of every certificate. */
const KEYS = "arithmetic,claim,format,hints,model,parameters,sizes,theorem";

/**
 * Its entries without the hash; throws a Rejection unless they are KEYS, in this format. `optional`
 * is one more that there may be.
 */
export function parseHashed(
  text: string,
  format: string,
  { optional }: { optional?: string } = {},
): Record<string, Json> {
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
  const keys = Object.keys(rest).sort();
  if (keys.filter((key) => key !== optional).join() !== KEYS) {
    reject(`its keys are ${show(keys)}, not ${KEYS}`);
  }
  if (encodeHashed(rest) !== text) reject("its text is not in canonical form");
  if (rest.format !== format) reject(`format ${show(rest.format)}, not ${format}`);
  readArithmetic(rest.arithmetic);
  for (const name of ["sizes", "parameters", "hints", "claim"] as const) object(rest[name], name);
  return rest;
}

/** Throws a Rejection unless a certificate's hash and sizes are those of the model. */
export function checkSubject(
  { model: hash, sizes }: { model: string; sizes: MaxOfKConfig },
  model: MaxOfKModel,
): void {
  checkMaxOfK(model);
  const own = canonicalJson(model.config as unknown as Json);
  if (canonicalJson(sizes as unknown as Json) !== own) {
    reject(`the certificate is for sizes ${show(sizes as unknown as Json)}, the model has ${own}`);
  }
  if (weightsHash(model) !== hash) reject("the model's weights have another SHA-256");
}

function object(value: Json, name: string): Record<string, Json> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    reject(`${name} is no object`);
  }
  return value;
}
