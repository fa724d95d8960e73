/**
 * The certificate: what a proof leaves behind for the checker.
 *
 * One JSON object in canonical form (keys sorted, no spaces); its last entry is the SHA-256 of the
 * text without that entry. It names the model by the hash of its weights, the theorem with its
 * parameters, the hints as plain arrays, and the claim as decimal strings. No intermediate value is
 * in it, and none would be believed.
 * @module
 */
import { createHash } from "node:crypto";
import type { MaxOfKConfig, MaxOfKModel } from "../max_of_k.ts";

export const CERTIFICATE_FORMAT = "crosslab-max-of-k/1";
/** Exact BigInt tables, 128-bit exponentials, float64 rounded outward. */
export const ARITHMETIC = "dyadic-exp128-float64-outward/1";

/** A value of JSON. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * At least `certified` (and at most `atMost`) of `sequences` sequences are right: in real arithmetic,
 * or in every evaluation of a class (and at most `atMost` in any).
 */
export interface Claim {
  /** Sequences that are answered rightly, at least; a whole number in decimal digits. */
  certified: string;
  /** All sequences: v^K, in decimal digits. */
  sequences: string;
  /** Sequences that are answered rightly, at most, where the theorem says so. */
  atMost?: string;
}

/** A certificate as it stands in its file. */
export interface Certificate {
  /** The version of the format. */
  format: string;
  /**
   * How the checker computes; with { computed, evaluations }, the claim is about every float32
   * evaluation of a class instead of real arithmetic, see evaluation.ts.
   */
  arithmetic: Json;
  /** Hash of the weights, see weightsHash(). */
  model: string;
  /** The shape of the model. */
  sizes: MaxOfKConfig;
  /** What was asked, see tasks.ts; left out where the answer is the largest token. */
  task?: string;
  /** Name of the theorem. */
  theorem: string;
  /** Parameters of the theorem. */
  parameters: { [name: string]: Json };
  /** What makes checking quick; wrong ones only lower the claim. */
  hints: { [name: string]: Json };
  /** What is certified. */
  claim: Claim;
}

/**
 * SHA-256 of the sizes (v, d_model, d_head, K) and the seven matrices, little-endian, in file
 * order.
 */
export function weightsHash(model: MaxOfKModel): string {
  const { d_vocab, d_model, d_head, n_ctx } = model.config;
  const hash = createHash("sha256");
  const bytes = (values: ArrayLike<number>, float: boolean) => {
    const view = new DataView(new ArrayBuffer(4 * values.length));
    for (let i = 0; i < values.length; i++) {
      if (float) view.setFloat32(4 * i, values[i], true);
      else view.setUint32(4 * i, values[i], true);
    }
    hash.update(new Uint8Array(view.buffer));
  };
  bytes([d_vocab, d_model, d_head, n_ctx], false);
  const { W_E, W_pos, W_Q, W_K, W_V, W_O, W_U } = model;
  for (const weights of [W_E, W_pos, W_Q, W_K, W_V, W_O, W_U]) bytes(weights, true);
  return hash.digest("hex");
}

/**
 * Keys sorted, no spaces; numbers in their shortest decimal form. The cache has a function of its
 * own for its keys: certificates change with nothing else.
 */
export function canonicalJson(value: Json): string {
  // Long hints are lists of numbers: no text for each of them is held.
  if (Array.isArray(value) && value.every((x) => typeof x === "number")) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.keys(value).sort().map((key) =>
    `${JSON.stringify(key)}:${canonicalJson(value[key])}`
  );
  return `{${entries.join(",")}}`;
}

/** The file's text. */
export function encodeCertificate(certificate: Certificate): string {
  return encodeHashed(certificate as unknown as Json);
}

/** The text of an object in canonical form with its hash as last entry. */
export function encodeHashed(value: Json): string {
  return withHash(canonicalJson(value));
}

/** A canonical text of an object with its hash as last entry. */
export function withHash(text: string): string {
  return `${text.slice(0, -1)},"sha256":"${sha256(text)}"}\n`;
}

/** SHA-256 of a text, in hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
