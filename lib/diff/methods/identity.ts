/** What the bytes of a kept dictionary depend on, as text: models and sequences by their hashes. @module */
import { createHash } from "node:crypto";
import { canonicalJson } from "../../io/canonical_json.ts";
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { readParameters } from "../../tensor/parameters.ts";

/** 16 hexadecimal digits of the SHA-256 of architecture, configuration and every weight. */
export async function modelId(
  { architecture, config, parameters }: LanguageModel,
): Promise<string> {
  const hash = createHash("sha256").update(canonicalJson([architecture.name, { ...config }]));
  for (const [name, { data }] of Object.entries(await readParameters(parameters))) {
    hash.update(`${name}\n`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex").slice(0, 16);
}

/** The same of the configuration and all arrays of a crosscoder. */
export function coderId({ config, arrays }: Crosscoder): string {
  const hash = createHash("sha256").update(canonicalJson({ ...config }));
  for (const [name, { data }] of Object.entries(arrays)) {
    hash.update(`${name}\n`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex").slice(0, 16);
}

/** The same of sequences of token ids. */
export function textId(sequences: readonly Uint32Array[]): string {
  const hash = createHash("sha256");
  for (const { buffer, byteOffset, byteLength, length } of sequences) {
    hash.update(`${length}\n`).update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex").slice(0, 16);
}
