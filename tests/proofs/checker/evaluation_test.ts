// Certificates for every float32 evaluation: accepted as certified, true after whatever edit is accepted; those for
// real arithmetic are byte for byte what they were before there were others.
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { certify } from "../../../lib/proofs/certify.ts";
import {
  ARITHMETIC,
  type Certificate,
  encodeCertificate,
  type Json,
  sha256,
} from "../../../lib/proofs/checker/certificate.ts";
import { checkCertificate, parseCertificate } from "../../../lib/proofs/checker/check.ts";
import { KNOWN } from "../../../lib/proofs/checker/evaluation.ts";
import { evaluationWidths as checkedWidths } from "../../../lib/proofs/checker/evaluation_widths.ts";
import {
  type Arithmetic,
  type EvaluationClass,
  EVALUATIONS,
} from "../../../lib/proofs/evaluation/classes.ts";
import { evaluateLogits, wrongBy } from "../../../lib/proofs/evaluation/evaluate.ts";
import { evaluationWidths } from "../../../lib/proofs/evaluation/widths.ts";
import { loadMaxOfK } from "../../../lib/proofs/max_of_k.ts";
import { makeProver, proveBound } from "../../../lib/proofs/prove.ts";
import { parseStrategy, strategyNames } from "../../../lib/proofs/strategies.ts";
import { lcg, W1 } from "../tiny_models.ts";
import { emulator, everySequence, only, someModel } from "../evaluation/emulator.ts";

const SOUND = strategyNames().filter((name) => parseStrategy(name).theorem.sound);
const trained = await loadMaxOfK(
  fromFileUrl(new URL("../fixtures/max_of_k.safetensors", import.meta.url)),
);
const certificateOf = (name: string, arithmetic: Arithmetic, model = W1) =>
  certify(makeProver(model, { arithmetic }), name).certificate;

/** The certificate with changes, and a fresh hash. */
function edited(text: string, change: (c: Certificate & { arithmetic: Json }) => void): string {
  const certificate = parseCertificate(text);
  change(certificate);
  return encodeCertificate(certificate);
}

type Evaluations = Record<string, Json>;
const evaluationsOf = ({ arithmetic }: Certificate) =>
  (arithmetic as { evaluations: Evaluations }).evaluations;

Deno.test("certificates in real arithmetic are the bytes that they always were", () => {
  const names = [
    "cubic",
    "N1",
    "N1n",
    "N2",
    "N3",
    "N3n",
    "N4",
    "N4-partition",
    "N5",
    "brute-force",
  ];
  const some = ["sound/svd/mean_query+diff/svd_query+max_diff", "N5/max_diff/mean_query+max_diff"];
  const all = [...names, ...some].map((name) => certificateOf(name, "real")).join("");
  assertEquals(sha256(all), "a9af488decc9fb2c16ab884e31d10cc27269e4d170b7a54fce2aee51d4213a6b");
  const long = ["cubic", "N5"].map((name) => certificateOf(name, "real", trained)).join("");
  assertEquals(sha256(long), "3f0e3866d615e5016f3bd0c11d63c253dfb72858f369cda4be63fb390c2b81d3");
});

Deno.test("certify() for evaluations is accepted and counts as the prover does, for every sound strategy", () => {
  const own = only({ round: 2 ** -8, exp: 2 ** -7, expSlope: 2 ** -9, input: 2 ** -9 });
  const prover = makeProver(W1, { arithmetic: own }), real = makeProver(W1);
  let fewer = 0;
  for (const name of SOUND) {
    const counted = proveBound(prover, name), { result, certificate } = certify(prover, name);
    assertEquals([result.certified, result.atMost], [counted.certified, counted.atMost], name);
    const verdict = checkCertificate(certificate, W1);
    assert(verdict.accepted, `${name}: ${verdict.line}`);
    assertMatch(verdict.line, /right in every float32 evaluation \(own\)/);
    const { certified } = proveBound(real, name);
    assert(result.certified <= certified, name);
    if (result.certified < certified) fewer++;
  }
  assert(fewer > 20, `${fewer} of ${SOUND.length}`);
});

Deno.test("prover and checker have the same classes and, each by its own program, the same widths", () => {
  const bare = Object.entries(EVALUATIONS).map(([key, { name: _, ...numbers }]) => [key, numbers]);
  assertEquals(Object.fromEntries(bare), KNOWN);
  for (const model of [W1, trained, someModel(1, { d_model: 7, n_ctx: 5 })]) {
    for (const { name, ...numbers } of Object.values(EVALUATIONS)) {
      const ours = evaluationWidths(model, { name, ...numbers });
      const theirs = checkedWidths(model, { class: name, ...numbers });
      const near = (a: Float64Array, b: Float64Array) =>
        a.forEach((x, i) => assert(Math.abs(x - b[i]) <= 1e-3 * x, `${name}: ${x}, ${b[i]}`));
      near(ours.EVOU, theirs.EVOU);
      near(ours.EU, theirs.EU);
      near(ours.spread.map((x) => x - 1), theirs.weight.map((x) => x - 1));
    }
  }
});

Deno.test("checkCertificate() says what is wrong with an arithmetic, and rejects every one-byte edit", () => {
  const text = certificateOf("cubic", "ieee");
  const cases: [(c: Certificate) => void, RegExp][] = [
    [(c) => c.arithmetic = "real", /arithmetic "real"/],
    [(c) => c.arithmetic = null, /arithmetic null/],
    [(c) => c.arithmetic = ["ieee"], /arithmetic \["ieee"\]/],
    [(c) => (c.arithmetic as Evaluations).computed = "exact", /not computed by dyadic/],
    [(c) => (c.arithmetic as Evaluations).more = 1, /not computed by dyadic/],
    [(c) => (c.arithmetic as Evaluations).evaluations = "ieee", /"ieee" are no object/],
    [(c) => evaluationsOf(c).round = 2 ** -25, /ieee have round 5.96\d+e-8, not 2.98/],
    [(c) => evaluationsOf(c).class = "ieee754", /"ieee754" unknown; known: own, ieee, wgsl, tf32/],
    [(c) => evaluationsOf(c).class = "toString", /"toString" unknown/],
    [(c) => evaluationsOf(c).class = "wgsl", /wgsl have round 1.19\d+e-7, not 5.96/],
    [(c) => delete evaluationsOf(c).exp, /have \["class"/],
    [(c) => evaluationsOf(c).input = -1, /input -1, not a number from 0 to 1\/16/],
    [(c) => evaluationsOf(c).divide = "0", /divide "0", not a number/],
    [(c) => c.claim.certified = "43", /claims 43 right, only 42 are certified/],
  ];
  for (const [change, reason] of cases) {
    const { accepted, line } = checkCertificate(edited(text, change), W1);
    assert(!accepted);
    assertMatch(line, reason);
  }
  const next = lcg(7);
  for (let at = 0; at < text.length; at++) {
    const code = (text.charCodeAt(at) - 32 + 1 + Math.floor(next() * 94)) % 95 + 32;
    const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
    assertMatch(checkCertificate(changed, W1).line, /^rejected: /);
  }
});

Deno.test("after an edit of the arithmetic with a fresh hash, acceptance implies a true claim", () => {
  let accepted = 0, rejected = 0;
  for (let seed = 0; seed < 12; seed++) {
    const model = someModel(100 + seed, { size: 0.7 }), next = lcg(seed);
    const text = certificateOf("N4", only({ round: 2 ** -12, exp: 2 ** -11 }), model);
    const errors: Omit<EvaluationClass, "name"> = only({
      round: 2 ** (-14 + 9 * next()),
      exp: 2 ** (-14 + 9 * next()),
      input: 2 ** (-14 + 8 * next()),
    });
    const { name: _, ...numbers } = errors as EvaluationClass;
    const changed = edited(text, (c) => Object.assign(evaluationsOf(c), numbers));
    const verdict = checkCertificate(changed, model);
    if (!verdict.accepted) {
      rejected++;
      continue;
    }
    accepted++;
    const ways = [-1, 0, 1].map((lean) => emulator(errors, { seed, lean }));
    const inEvery = everySequence(model).filter((tokens) =>
      ways.every((by) => wrongBy(evaluateLogits(model, tokens, by), tokens) < 0)
    );
    const { claim } = parseCertificate(changed);
    assert(Number(claim.certified) <= inEvery.length, verdict.line);
  }
  assert(accepted > 1 && rejected > 1, `${accepted} accepted, ${rejected} rejected`);
  // A claim about evaluations is one about real arithmetic too, not the other way round.
  const model = someModel(104, { size: 0.7 });
  const real = certificateOf("N4", "real", model);
  const stronger = edited(real, (c) => {
    const { name, ...numbers } = EVALUATIONS.tf32;
    c.arithmetic = {
      computed: ARITHMETIC,
      evaluations: { class: name, ...numbers, input: 1 / 16 },
    };
    evaluationsOf(c).class = "own";
  });
  assertMatch(checkCertificate(stronger, model).line, /^rejected: claims/);
});

Deno.test("brute force for evaluations: right in every, wrong in every and the rest, as the prover has them", () => {
  const errors = only({ round: 2 ** -8, exp: 2 ** -7 });
  let open = 0n;
  for (const seed of [1, 2, 3, 4]) {
    const model = someModel(seed, { size: 0.7 });
    const prover = makeProver(model, { arithmetic: errors });
    const own = proveBound(prover, "brute-force");
    const { result, certificate } = certify(prover, "brute-force");
    assertEquals([result.certified, result.atMost], [own.certified, own.atMost]);
    open += own.atMost! - own.certified;
    assert(checkCertificate(certificate, model).accepted);
    const more = edited(certificate, ({ claim }) => {
      claim.atMost = `${BigInt(claim.atMost!) - 1n}`;
    });
    assertMatch(checkCertificate(more, model).line, /^rejected: claims at most/);
    for (const name of ["N4", "N4-partition"]) {
      const { certified, atMost } = proveBound(prover, name, { G: 256 });
      assert(certified <= own.certified && own.atMost! <= atMost!, name);
    }
  }
  assert(open > 5n);
});

Deno.test("makeProver() refuses an arithmetic that is none, and published strategies in one", () => {
  const make = (arithmetic: unknown) => () => makeProver(W1, { arithmetic } as never);
  assertThrows(make("float32"), RangeError, "take real, ieee, wgsl, tf32");
  assertThrows(make({ ...EVALUATIONS.ieee, name: "own", round: 1 }), RangeError, "round");
  assertThrows(make({ ...EVALUATIONS.ieee, round: 2 ** -30 }), RangeError, "name");
  assertThrows(
    () =>
      proveBound(makeProver(W1, { arithmetic: "ieee" }), "published/svd/mean_query+diff/max_diff"),
    TypeError,
    "take sound/svd/mean_query+diff/max_diff",
  );
});
