// Runs the whole theory and one small certificate through coqc; where it is not installed the test skips,
// with a word.
import { assertEquals, assertRejects } from "@std/assert";
import { certify } from "../../lib/proofs/certify.ts";
import { evaluateLogits } from "../../lib/proofs/evaluation/evaluate.ts";
import { FLOAT64 } from "../../lib/proofs/evaluation/orders.ts";
import { FORMAL_SOURCES } from "../../lib/proofs/formal/sources.ts";
import { modelSource, theoremSource } from "../../lib/proofs/formal/write.ts";
import { makeProver } from "../../lib/proofs/prove.ts";
import { compile, coqIsHere, formalFiles, proveByCoq } from "../../scripts/coq.ts";
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

Deno.test({
  name: "coqc proves for every float32 evaluation what it can, by the same four axioms",
  ignore: !here,
  async fn() {
    const folder = await Deno.makeTempDir();
    const { result, certificate } = certify(makeProver(W1, { arithmetic: "ieee" }), "N5", {
      G: 256,
      gMax: 4,
    });
    const files = formalFiles(W1, JSON.parse(certificate), "ieee");
    const { certified, assumptions } = await proveByCoq(
      folder,
      files,
      result.certified + 1n,
      "ieee",
    );
    assertEquals([certified, result.certified], [46n, 46n]);
    const axioms = [...assumptions.matchAll(/^(\S+)(?: :|\n {2}:)/gm)].map(([, name]) => name);
    assertEquals(axioms, AXIOMS);
    await compile(folder, theoremSource(certified, "wgsl"));
    await Deno.remove(folder, { recursive: true });
  },
});

/** Proves by intervals that a logit of Network.v is this number; tokens in reading order. */
function logitSource(tokens: number[], x: number, logit: number) {
  const last = tokens.length - 1, sequence = tokens.toReversed().join("; ");
  const text = `From Coq Require Import Reals List ZArith.
From Interval Require Import Tactic.
From MaxOfK Require Import Network Model.
Import ListNotations.
Local Open Scope R_scope.
Goal Rabs (logit the_model (places [${sequence}]%nat) (${last}, ${tokens[last]})%nat ${x}
  - (${logit.toFixed(12)})) <= 1 / 10 ^ 9.
Proof.
  unfold logit, residual_out, z, pattern, attn_score, q, k, v, residual_in, weight.
  rewrite (INR_IZR_INZ (d_head the_model)).
  cbv - [IZR Rplus Rmult Rminus Rdiv Rinv Ropp exp sqrt Rabs Rle pow]. interval with (i_prec 50).
Qed.
`;
  return { name: "Logit", text };
}

Deno.test({
  name: "the network that the theorem speaks of has the logits of the model",
  ignore: !here,
  async fn() {
    const folder = await Deno.makeTempDir();
    const model = {
      config: { d_vocab: 3, d_model: 2, d_head: 2, n_ctx: 2 },
      W_E: Float32Array.of(-0.75, 1, 0.5, -0.25, 1.5, 0.75),
      W_pos: Float32Array.of(0.25, -0.5, -1, 0.5),
      W_Q: Float32Array.of(1, -0.5, 0.75, 1.25),
      W_K: Float32Array.of(0.5, 1, -0.25, 0.75),
      W_V: Float32Array.of(-1, 0.25, 0.5, 1.5),
      W_O: Float32Array.of(0.75, -0.5, 1, 0.25),
      W_U: Float32Array.of(1, -0.5, 0.25, 0.5, 0.75, -1.25),
    };
    const network = FORMAL_SOURCES.find(({ name }) => name === "Network")!;
    for (const file of [network, modelSource(model)]) await compile(folder, file);
    const logit = evaluateLogits(model, [1, 2], FLOAT64)[1];
    await compile(folder, logitSource([1, 2], 1, logit));
    const other = logitSource([1, 2], 1, logit + 1e-6);
    await assertRejects(() => compile(folder, other), Error, "Cannot check");
    await Deno.remove(folder, { recursive: true });
  },
});
