/**
 * Checker: what holds for every certificate, whatever it claims: its text is one JSON object in
 * canonical form that ends with its own SHA-256, and it speaks of one model.
 * @module
 */
import { checkMaxOfK, type MaxOfKConfig, type MaxOfKModel } from "../max_of_k.ts";
import { canonicalJson, type Json, sha256, weightsHash, withHash } from "./certificate.ts";
import { readArithmetic } from "./evaluation.ts";
import { limit } from "./limits.ts";
import { nestsDeeper, reject, show } from "./reader.ts";

/** The longest certificate that the checker reads, in characters: parsed, it takes up to 60 times as many bytes. */
export const MAX_TEXT = 2e7;

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
    reject(
      `expected at most ${MAX_TEXT} characters, the most the checker reads, but found ` +
        `${text.length}: take smaller hints`,
    );
  }
  limitParts(text);
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
  const canonical = canonicalJson(rest);
  if (sha256(canonical) !== hash) reject("its text does not have the SHA-256 it ends with");
  const keys = Object.keys(rest).sort();
  if (keys.filter((key) => key !== optional).join() !== KEYS) {
    reject(`its keys are ${show(keys)}, not ${KEYS}`);
  }
  if (withHash(canonical) !== text) reject("its text is not in canonical form");
  if (rest.format !== format) reject(`format ${show(rest.format)}, not ${format}`);
  readArithmetic(rest.arithmetic);
  for (const name of ["sizes", "parameters", "hints", "claim"] as const) object(rest[name], name);
  return rest;
}

/** Most marks of a kind in a certificate: hints are lists of numbers, or of lists of them. */
const MOST_PARTS = { "{": ["objects", 1e3], '"': ["quotes", 1e4], "[": ["lists", 2e6] } as const;

/** Rejects what would take many times its length in memory, before it is parsed. */
function limitParts(text: string): void {
  for (const [mark, [what, most]] of Object.entries(MOST_PARTS)) {
    let found = 0;
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) found++;
    limit(what, { needed: found, most, todo: "take hints of the theorem's own form" });
  }
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
