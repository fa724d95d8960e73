/** What a notebook shows of a certificate. @module */
import { displaying } from "../plot/notebook/displaying.ts";
import { tableBundle } from "../plot/notebook/table.ts";
import type { Certificate } from "./checker/certificate.ts";
import type { ProofResult } from "./prove.ts";

/** The certificate, a file's text, and the result as the checker counted it. */
export type Certified = { result: Omit<ProofResult, "byPair">; certificate: string };

/** The same, which a notebook now shows as what is claimed and by what. */
export function shownCertificate(certified: Certified): Certified {
  return displaying(certified, () => tableBundle(rowsOf(certified), { caption: "certificate" }));
}

function rowsOf({ certificate, result }: Certified) {
  const { theorem, parameters, claim, model, sha256 }: Certificate & { sha256: string } = JSON
    .parse(certificate);
  const given = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`);
  const most = claim.atMost === undefined ? "" : `, at most ${claim.atMost}`;
  return [
    { what: "theorem", value: [theorem, ...given].join(", ") },
    { what: "claim", value: `at least ${claim.certified}${most} of ${claim.sequences}` },
    { what: "log2 FLOPs of its verification", value: Math.log2(result.flops).toFixed(1) },
    { what: "length", value: `${certificate.length} characters` },
    { what: "SHA-256 of the weights", value: model },
    { what: "SHA-256 of its text", value: sha256 },
  ];
}
