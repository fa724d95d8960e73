// Runs the whole theory and one small certificate through coqc; where it is not installed the test skips,
// with a word.
import { assertEquals } from "@std/assert";
import { certify } from "../../lib/proofs/certify.ts";
import { makeProver } from "../../lib/proofs/prove.ts";
import { coqIsHere, formalFiles, proveByCoq } from "../../scripts/coq.ts";
import { W1 } from "../proofs/tiny_models.ts";

const here = await coqIsHere();
if (!here) {
  console.warn("No coqc found (apt-get install coq libcoq-interval libcoq-flocq): its test skips.");
}

/** The classical reals and what they bring along; nothing of the machine's floats or integers. */
const AXIOMS = [
  "ClassicalDedekindReals.sig_not_dec",
  "ClassicalDedekindReals.sig_forall_dec",
  "FunctionalExtensionality.functional_extensionality_dep",
  "Classical_Prop.classic",
];

Deno.test({
  name:
    "coqc proves what the certificate claims, by four axioms, and of a larger claim what it can",
  ignore: !here,
  async fn() {
    const folder = await Deno.makeTempDir();
    const { result, certificate } = certify(makeProver(W1), "N5", { G: 256, gMax: 4 });
    const files = formalFiles(W1, JSON.parse(certificate));
    const { certified, assumptions } = await proveByCoq(folder, files, result.certified + 1n);
    assertEquals([certified, result.certified], [46n, 46n]);
    const axioms = [...assumptions.matchAll(/^(\S+)(?: :|\n {2}:)/gm)].map(([, name]) => name);
    assertEquals(axioms, AXIOMS);
    await Deno.remove(folder, { recursive: true });
  },
});
