import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { certify } from "../../../lib/proofs/certify.ts";
import type { Certificate } from "../../../lib/proofs/checker/certificate.ts";
import { hintsSource, modelSource } from "../../../lib/proofs/formal/write.ts";
import { FLOAT_SOURCES, FORMAL_SOURCES } from "../../../lib/proofs/formal/sources.ts";
import { MAX_OF_K_WEIGHTS } from "../../../lib/proofs/max_of_k.ts";
import { makeProver } from "../../../lib/proofs/prove.ts";
import { tinyModel, W1 } from "../tiny_models.ts";

/** The matrices of a Model.v: entries, row after row, and the exponent. */
function matricesIn(text: string) {
  const found = [
    ...text.matchAll(/the_(W_\w+) : matrix := \{\|([^|]*?)exponent := (\d+)%nat \|\}/g),
  ];
  return new Map(found.map(([, name, entries, exponent]) => {
    const integers = [...entries.matchAll(/-?\d+/g)].map(([digits]) => BigInt(digits));
    return [name, { integers, exponent: Number(exponent) }];
  }));
}

Deno.test("modelSource() writes every weight exactly, W_E and W_pos over the same power of two", () => {
  fc.assert(fc.property(tinyModel, (model) => {
    const matrices = matricesIn(modelSource(model).text);
    assertEquals([...matrices.keys()], [...MAX_OF_K_WEIGHTS]);
    for (const [name, { integers, exponent }] of matrices) {
      const weights = model[name as "W_E"];
      assertEquals(integers.length, weights.length);
      integers.forEach((n, i) => {
        // n = weight 2^exponent, compared as integers: both times 2^149, the smallest float32's reciprocal
        const scaled = BigInt(Math.abs(weights[i]) * 2 ** 149) * (weights[i] < 0 ? -1n : 1n);
        assertEquals(n << 149n, scaled << BigInt(exponent), `${name}[${i}] = ${weights[i]}`);
      });
    }
    assertEquals(matrices.get("W_E")!.exponent, matrices.get("W_pos")!.exponent);
  }));
});

Deno.test("hintsSource() writes N5's gaps by query and largest token, and refuses other theorems", () => {
  const prover = makeProver(W1);
  const certificate = (strategy: string): Certificate =>
    JSON.parse(certify(prover, strategy, { G: 64, gMax: 4 }).certificate);
  const n5 = certificate("N5");
  const { text } = hintsSource({ ...n5, hints: { g: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] } });
  assert(text.includes("steps := 64%Z"));
  assert(text.includes("[0; 1; 2; 3];\n    [0; 4; 5; 6];\n    [0; 0; 7; 8];\n    [0; 0; 0; 9]"));
  for (const other of ["N4", "N5/max_diff/exact"]) {
    assertThrows(() => hintsSource(certificate(other)), RangeError, "expected a certificate of N5");
  }
});

Deno.test("the theory in Rocq admits nothing and adds no axiom", () => {
  for (const { name, text } of [...FORMAL_SOURCES, ...FLOAT_SOURCES]) {
    const found = /\b(Admitted|admit|Axioms?|Parameters?|Conjecture)\b|Unset/
      .exec(text);
    assertEquals(found?.[0], undefined, name);
  }
});
