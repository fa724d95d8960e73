/**
 * A certificate of a layer's interaction residual: the encodings as a file, and the claim that the
 * checker itself counts. Nobody has to believe the prover: it searches nothing, it only writes down.
 * @module
 */
import { writeWhole } from "../../io/files.ts";
import { writeSafetensors } from "../../io/safetensors.ts";
import {
  encodeResidual,
  RESIDUAL_ARITHMETIC,
  RESIDUAL_FORMAT,
  type ResidualClaim,
} from "./checker/certificate.ts";
import { type ProofFiles, recomputeResidual } from "./checker/check.ts";
import { type Encodings, encodingsHash, readEncodings } from "./checker/encodings.ts";
import type { Method } from "./checker/residual.ts";
import { type Place, readSubject, subjectHash } from "./checker/subject.ts";

/** The active latents of texts: token t has entries start[t] to start[t + 1]. */
export type ActiveArrays = { start: Uint32Array; latent: Uint32Array; act: Float32Array };

/** The encodings as the checker reads them; what is active with 0 is left out. */
export function asEncodings({ start, latent, act }: ActiveArrays): Encodings {
  const kept = Array.from(act.keys()).filter((e) => act[e] > 0);
  const before = new Uint32Array(act.length + 1);
  act.forEach((value, e) => before[e + 1] = before[e] + (value > 0 ? 1 : 0));
  return {
    start: Float32Array.from(start, (e) => before[e]),
    latent: Float32Array.from(kept, (e) => latent[e]),
    act: Float32Array.from(kept, (e) => act[e]),
  };
}

/** Writes the encodings of a proof: start, latent, act as F32. */
export async function writeEncodings(path: string, active: ActiveArrays): Promise<void> {
  const flat = (data: Float32Array) => ({ shape: [data.length], data });
  const { start, latent, act } = asEncodings(active);
  await writeSafetensors(path, { start: flat(start), latent: flat(latent), act: flat(act) });
}

/** What certifyResidual() returns: the claim, and the certificate's text. */
export type CertifiedResidual = { claim: ResidualClaim; certificate: string };

/**
 * Certifies the mean, the maximum and the share of the residual of one block over all stored tokens, by
 * one of METHODS; writes the certificate to `path` where that is given. Throws a Rejection where the
 * checker would refuse the files.
 */
export async function certifyResidual(
  files: ProofFiles,
  { method, path, ...place }: Place & { method: Method; path?: string },
): Promise<CertifiedResidual> {
  const subject = await readSubject(files, place);
  const encodings = await readEncodings(files.encodings, subject.d_sae);
  const claim = recomputeResidual({ subject, encodings }, method);
  const certificate = encodeResidual({
    format: RESIDUAL_FORMAT,
    arithmetic: RESIDUAL_ARITHMETIC,
    ...place,
    tokens: encodings.start.length - 1,
    method,
    subject: subjectHash(subject),
    encodings: encodingsHash(encodings),
    claim,
  });
  if (path !== undefined) await writeWhole(path, certificate);
  return { claim, certificate };
}
