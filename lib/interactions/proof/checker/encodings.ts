/**
 * Checker: the encoded texts, part of the proof: which latents are active at each token, and how much.
 *
 * A safetensors file of F32: start [tokens + 1] (token t has entries start[t] to start[t + 1]), latent
 * [entries] (rising within a token), act [entries] (above 0). Whole numbers are exact below 2^24.
 * @module
 */
import { createHash } from "node:crypto";
import type { HostArray } from "../../../io/host_array.ts";
import { readSafetensors } from "../../../io/safetensors.ts";
import { reject } from "./reject.ts";
import { bytes } from "./subject.ts";

/** Active latents, token after token. */
export type Encodings = { start: Float32Array; latent: Float32Array; act: Float32Array };

const MOST_ENTRIES = 2 ** 24;
/** Active latents of a token: residual.ts counts the roundings of so many. */
const MOST_ACTIVE = 4096;
const REMEDY = "take the encodings as they were written";

/** Reads and checks the file. */
export async function readEncodings(path: string, d_sae: number): Promise<Encodings> {
  const { tensors } = await readSafetensors(path);
  const names = [...tensors.keys()].sort().join();
  if (names !== "act,latent,start") reject("tensors start, latent and act", names, REMEDY);
  const flat = (name: string) => (tensors.get(name) as HostArray).data;
  const encodings = { start: flat("start"), latent: flat("latent"), act: flat("act") };
  checkEncodings(encodings, d_sae);
  return encodings;
}

/** Rejects what is no list of active latents of a dictionary of d_sae. */
export function checkEncodings({ start, latent, act }: Encodings, d_sae: number): void {
  const entries = latent.length;
  if (entries >= MOST_ENTRIES) reject(`fewer than ${MOST_ENTRIES} entries`, entries, REMEDY);
  if (act.length !== entries) reject(`${entries} activations`, act.length, REMEDY);
  if (start.length < 2) reject("at least one token", start.length - 1, REMEDY);
  if (start[0] !== 0) reject("token 0 to begin at entry 0", start[0], REMEDY);
  if (start.at(-1) !== entries) reject(`the last token to end at ${entries}`, start.at(-1), REMEDY);
  for (let t = 1; t < start.length; t++) {
    const [from, to] = [start[t - 1], start[t]];
    if (!(Number.isInteger(to) && to >= from && to <= entries)) {
      reject(`token ${t - 1} to end between ${from} and ${entries}`, to, REMEDY);
    }
    if (to - from > MOST_ACTIVE) {
      reject(`at most ${MOST_ACTIVE} active latents at a token`, to - from, "take a sparser one");
    }
    for (let e = from; e < to; e++) checkEntry({ start, latent, act }, { e, from, d_sae });
  }
}

function checkEntry(
  { latent, act }: Encodings,
  { e, from, d_sae }: { e: number; from: number; d_sae: number },
): void {
  const least = e > from ? latent[e - 1] + 1 : 0;
  if (!(Number.isInteger(latent[e]) && latent[e] >= least && latent[e] < d_sae)) {
    reject(`latent ${e} from ${least} to ${d_sae - 1}`, latent[e], REMEDY);
  }
  if (!(act[e] > 0 && act[e] < Infinity)) {
    reject(`activation ${e} to be finite and above 0`, `${act[e]}`, REMEDY);
  }
}

/** SHA-256 of the three arrays, each behind its length. */
export function encodingsHash({ start, latent, act }: Encodings): string {
  const hash = createHash("sha256");
  for (const values of [start, latent, act]) hash.update(`${values.length} `).update(bytes(values));
  return hash.digest("hex");
}
