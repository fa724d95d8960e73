/**
 * The checker: does a certificate bound the interaction residual of a layer?
 *
 * It stands alone: it reads the model's and the crosscoder's files itself, recomputes every bound from
 * weights and encodings with outward rounding, believes no number of the certificate, and shares with
 * the prover nothing but arithmetic and formats.
 * @module
 */
import {
  parseResidual,
  RESIDUAL_FORMAT,
  type ResidualCertificate,
  type ResidualClaim,
} from "./certificate.ts";
import { contributions } from "./contributions.ts";
import { checkEncodings, type Encodings, encodingsHash, readEncodings } from "./encodings.ts";
import { reject, Rejection } from "./reject.ts";
import { boundToken, type Method } from "./residual.ts";
import { readSubject, type Subject, subjectHash } from "./subject.ts";

/** The verdict, and the line that tells it: "accepted: ..." or "rejected: expected ... but found ...". */
export type ResidualVerdict = { accepted: boolean; line: string };

/** Where the files of a proof stand: two folders and the encodings. */
export type ProofFiles = { model: string; coder: string; encodings: string };

/** Whether a certificate's text is one of these, by its format alone, however it is spelled. */
export function isResidualCertificate(source: string): boolean {
  return source.includes(`"${RESIDUAL_FORMAT}"`);
}

/** Checks a certificate against files. Throws only where files are missing or no such files. */
export function checkResidual(source: string, files: ProofFiles): Promise<ResidualVerdict> {
  return verdict(async () => {
    const certificate = parseResidual(source);
    const subject = await readSubject(files, certificate);
    const encodings = await readEncodings(files.encodings, subject.d_sae);
    return judge(certificate, { subject, encodings });
  });
}

/** What a proof speaks of, read. */
export type ProofParts = { subject: Subject; encodings: Encodings };

/** What the checker itself can claim: the claim that certifyResidual() writes. */
export function recomputeResidual(
  { subject, encodings }: ProofParts,
  method: Method,
): ResidualClaim {
  checkEncodings(encodings, subject.d_sae);
  const of = contributions(subject), { start } = encodings;
  const tokens = start.length - 1;
  let sum = 0, most = 0, deviation = 0;
  for (let t = 0; t < tokens; t++) {
    const latent = Uint32Array.from(encodings.latent.subarray(start[t], start[t + 1]));
    const act = encodings.act.subarray(start[t], start[t + 1]);
    const found = boundToken(of, { latent, act }, method);
    if (!(found.residual < Infinity)) {
      reject(`a finite bound at token ${t}`, `${found.residual}`, "scale the model's weights");
    }
    sum += found.residual;
    most = Math.max(most, found.residual);
    deviation += found.deviation;
  }
  // At most 2^24 additions of numbers of one sign and a division: 2^-29 of the sum.
  const total = sum * (1 + 2 ** -28), below = deviation * (1 - 2 ** -28);
  const share = below > 0 ? total / below * (1 + 1e-15) : Infinity;
  return { mean: total / tokens * (1 + 1e-15), max: most, share: share < Infinity ? share : null };
}

function judge(certificate: ResidualCertificate, parts: ProofParts): string {
  const other = "name the files that were certified";
  const { claim, method } = certificate;
  const ofSubject = subjectHash(parts.subject), ofTexts = encodingsHash(parts.encodings);
  if (certificate.subject !== ofSubject) {
    reject(`weights of SHA-256 ${certificate.subject.slice(0, 12)}...`, ofSubject, other);
  }
  if (certificate.encodings !== ofTexts) {
    reject(`encodings of SHA-256 ${certificate.encodings.slice(0, 12)}...`, ofTexts, other);
  }
  const tokens = parts.encodings.start.length - 1;
  if (certificate.tokens !== tokens) reject(`${certificate.tokens} tokens`, tokens, other);
  const found = recomputeResidual(parts, method);
  for (const name of ["mean", "max", "share"] as const) {
    const claimed = claim[name] ?? Infinity, proved = found[name] ?? Infinity;
    if (claimed < proved) {
      reject(`a claim of ${name} that ${method} proves, ${proved} or more`, claimed, "claim less");
    }
  }
  const L0 = parts.encodings.latent.length / tokens;
  const share = claim.share === null ? "" : `, ${(claim.share * 100).toFixed(1)} % of what it adds`;
  return `the residual of block ${certificate.layer} is at most ${claim.mean.toPrecision(6)} on ` +
    `average over ${tokens} tokens of ${L0.toFixed(1)} latents each (${
      claim.max.toPrecision(6)
    } at one${share}), by ${method}`;
}

async function verdict(check: () => Promise<string>): Promise<ResidualVerdict> {
  try {
    return { accepted: true, line: `accepted: ${await check()}` };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return { accepted: false, line: `rejected: ${error.message}` };
  }
}
