/** The checker alone, from a certificate's text and a model: its slowest theorem counts. @module */
import {
  ARITHMETIC,
  CERTIFICATE_FORMAT,
  encodeCertificate,
  type Json,
  weightsHash,
} from "../../lib/proofs/checker/certificate.ts";
import { certify } from "../../lib/proofs/certify.ts";
import { checkCertificate } from "../../lib/proofs/checker/check.ts";
import type { MaxOfKModel } from "../../lib/proofs/max_of_k.ts";
import type { Prover } from "../../lib/proofs/prove.ts";
import { timedThread } from "./measure.ts";
import type { Row } from "./table.ts";

const SUBCUBIC = "sound/max_diff_subproduct/mean_query+diff/svd_query+max_diff";

/** Checks a certificate of each theorem; throws where one is not accepted. */
export function checkerRow(prover: Prover, goal: number): Row {
  const { model, K } = prover.tables;
  const proved = (name: string, G?: number) => certify(prover, name, { G }).certificate;
  const certificates = new Map([
    ["cubic", modestCertificate(model, "cubic", {})],
    ["N3n", modestCertificate(model, "N3n", {})],
    ["N4, G = 256", modestCertificate(model, "N4", { G: 256 })],
    ["N2", proved("N2")],
    ["N5", proved("N5", 32)],
    ["subcubic", proved(SUBCUBIC)],
  ]);
  const found = [...certificates].map(([name, text]) => {
    const times = timedThread(() => {
      const { accepted, line } = checkCertificate(text, model);
      if (!accepted) {
        throw new Error(
          `Cannot time the checker: expected it to accept ${name} but found "${line}": run the tests of the proofs`,
        );
      }
    });
    return { name, ...times };
  }).sort((a, b) => b.cpu - a.cpu);
  const [{ name, wall, cpu }, ...others] = found;
  const note = others.map((one) => `${one.name.split(",")[0]} ${one.cpu.toFixed(2)} s`).join(", ");
  return { group: "proofs", name: `K = ${K}: checker, ${name}`, wall, cpu, goal, note };
}

/**
 * A certificate without hints that claims nothing: the checker counts before it compares, so that
 * it works as long as for the strongest claim, which takes as long to find.
 */
function modestCertificate(
  model: MaxOfKModel,
  theorem: string,
  parameters: { [name: string]: Json },
): string {
  const { d_vocab: v, n_ctx: K } = model.config;
  const sequences = `${BigInt(v) ** BigInt(K)}`;
  return encodeCertificate({
    format: CERTIFICATE_FORMAT,
    arithmetic: ARITHMETIC,
    model: weightsHash(model),
    sizes: model.config,
    theorem,
    parameters,
    hints: {},
    claim: {
      certified: "0",
      sequences,
      // Only of theorems that count from above.
      ...(theorem === "N4" ? { atMost: sequences } : {}),
    },
  });
}
