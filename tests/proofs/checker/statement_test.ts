// Statements with confidence: what is edited is refused, and none passes for a proof.
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { certify } from "../../../lib/proofs/certify.ts";
import { encodeHashed, type Json } from "../../../lib/proofs/checker/certificate.ts";
import { checkCertificate } from "../../../lib/proofs/checker/check.ts";
import { fillingDraws } from "../../../lib/proofs/checker/fillings.ts";
import { newMeter } from "../../../lib/proofs/checker/limits.ts";
import { limitGaps } from "../../../lib/proofs/checker/n5_layered.ts";
import { Rejection } from "../../../lib/proofs/checker/reader.ts";
import { checkStatement, isStatement } from "../../../lib/proofs/checker/statement.ts";
import { makeProver } from "../../../lib/proofs/prove.ts";
import { stateAccuracy } from "../../../lib/proofs/sampling/sample.ts";
import { fromTables, W1 } from "../tiny_models.ts";

const prover = makeProver(W1);
const TEXTS = (["sampled", "sampled/N5"] as const).map((method) =>
  stateAccuracy(prover, method, { draws: 1000 }).certificate
);

type Numbers = { [key: string]: Json } | Json[];

/** Every place of a number, or of digits in a text, in nested lists and objects. */
function places(value: Json, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value === "number") return [path];
  if (typeof value === "string") return /^\d+$/.test(value) ? [path] : [];
  return Object.entries(value as Numbers).flatMap(([key, entry]) => places(entry, [...path, key]));
}

/** The text with one number moved by a little, and a fresh hash. */
function edited(text: string, path: (string | number)[], by: number): string {
  const { sha256: _, ...body } = JSON.parse(text);
  let at = body;
  for (const key of path.slice(0, -1)) at = at[key];
  const key = path.at(-1)!, old = at[key];
  at[key] = typeof old === "string" ? `${BigInt(old) + BigInt(by)}` : old + by;
  return encodeHashed(body);
}

Deno.test("checkStatement() accepts what stateAccuracy() wrote, and says that it is no proof", () => {
  for (const text of TEXTS) {
    const { accepted, line } = checkStatement(text, W1);
    assert(accepted, line);
    assertMatch(line, /^accepted: no proof, but with confidence 0\.99 at least \d+, .* 1000 draws/);
  }
  const ieee = stateAccuracy(makeProver(W1, { arithmetic: "ieee" }), "sampled/N5", { draws: 9 });
  assertMatch(checkStatement(ieee.certificate, W1).line, /in every float32 evaluation \(ieee\)/);
});

Deno.test("checkStatement() refuses every edited number, with its hash made anew or not", () => {
  for (const text of TEXTS) {
    const all = places(JSON.parse(text));
    assert(all.some((path) => path.join() === "parameters,draws") && all.length > 9);
    for (const path of all) {
      for (const by of [1, -1]) {
        const { line } = checkStatement(edited(text, path, by), W1);
        assertMatch(line, /^rejected: /, path.join());
      }
    }
    assertMatch(checkStatement(text.replace('"draws":1000', '"draws":1001'), W1).line, /SHA-256/);
  }
});

Deno.test("a statement is no proof, a proof no statement, and neither speaks of another model", () => {
  const proof = certify(prover, "N5").certificate;
  assertEquals([isStatement(TEXTS[0]), isStatement(proof)], [true, false]);
  assertMatch(checkCertificate(TEXTS[1], W1).line, /^rejected: format "crosslab-max-of-k-sampled/);
  assertMatch(checkStatement(proof, W1).line, /^rejected: format "crosslab-max-of-k\/1"/);
  const other = fromTables([[0, 1], [1, 0]], [[1, 0], [0, 1]], { L: [0, 0], K: 2 });
  assertMatch(checkStatement(TEXTS[0], other).line, /^rejected: the certificate is for sizes/);
  const moved = { ...W1, W_E: W1.W_E.with(0, 5) };
  assertMatch(checkStatement(TEXTS[0], moved).line, /^rejected: .*another SHA-256/);
});

Deno.test("checkStatement() refuses a method, draws and a claim of another form", () => {
  const after = (change: (body: Record<string, Json>) => void) => {
    const { sha256: _, ...body } = JSON.parse(TEXTS[1]);
    change(body);
    return checkStatement(encodeHashed(body), W1).line;
  };
  assertMatch(after((c) => c.theorem = "N5"), /unknown method "N5"/);
  assertMatch(after((c) => c.parameters = { draws: 3e7, G: 32 }), /more than the checker visits/);
  assertMatch(after((c) => c.parameters = { draws: 10 }), /G is missing/);
  const shape = { F: 899, m: 1, needsMax: false, budget: 2 ** 20 - 1 };
  const deficits = Array.from({ length: 899 }, () => [0, 1]);
  assertThrows(() => fillingDraws({ ...shape, deficits }, newMeter()), Rejection, "counts of one");
  assertThrows(
    () => limitGaps(new Array(524800).fill(1024), { v: 1024, K: 90 }),
    Rejection,
    "sums",
  );
  assertMatch(after((c) => c.hints = { g: [] }), /g has 0 entries/);
  assertMatch(after((c) => c.claim = {}), /rejected: claims "atLeast" nothing/);
  assertMatch(after((c) => (c.claim as Record<string, Json>).more = 1), /claims "more" 1/);
  assertMatch(after((c) => c.claim = { atLeast: { toString: "x" } }), /^rejected: claims/);
});
