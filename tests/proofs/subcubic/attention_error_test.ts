// The parts of a subcubic proof hold for any hint vectors, not only for the singular ones that make them good.
import { assert, assertAlmostEquals } from "@std/assert";
import fc from "fast-check";
import { multiply, transpose } from "../../../lib/numerics/linear_algebra.ts";
import { checkedDirect } from "../../../lib/proofs/checker/direct.ts";
import { checkedScores } from "../../../lib/proofs/checker/scores.ts";
import { checkTables } from "../../../lib/proofs/checker/tables.ts";
import type { MaxOfKModel } from "../../../lib/proofs/max_of_k.ts";
import { makeProver } from "../../../lib/proofs/prove.ts";
import {
  ATTENTION_ERRORS,
  attentionBound,
  scoreBound,
} from "../../../lib/proofs/subcubic/attention_error.ts";
import { DIRECT_PATHS, directBound } from "../../../lib/proofs/subcubic/direct_path.ts";
import { plainFactors } from "../../../lib/proofs/tables/directions.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { lcg, tinyModel, W1 } from "../tiny_models.ts";

const flops = { total: 0 };

function randomDirections({ config: { d_vocab: v, d_model: d } }: MaxOfKModel, seed: number) {
  const next = lcg(seed);
  const vector = (n: number) => Array.from({ length: n }, () => next() * 2 - 1);
  return {
    ...{ query: vector(v), size: vector(v), query2: vector(v), size2: vector(v) },
    ...{ W_Q_U: vector(d), W_K_U: vector(d), direct: vector(d) },
  };
}

/** EQKE in plain float64. */
function scores(model: MaxOfKModel): Float64Array {
  const { Eq, Ebar, W_Q, W_K } = plainFactors(model);
  return multiply(multiply(Eq, W_Q), transpose(multiply(Ebar, W_K))).data;
}

Deno.test("scoreBound() bounds the row differences of EQKE - A for random directions", () => {
  fc.assert(
    fc.property(
      tinyModel,
      fc.constantFrom(...ATTENTION_ERRORS.slice(1)),
      fc.nat(),
      (model, name, seed) => {
        const directions = randomDirections(model, seed), v = model.config.d_vocab;
        const { A, err } = scoreBound(makeTables(model), name, { directions, flops });
        const exact = scores(model);
        const size = Math.max(...exact.map(Math.abs), ...A.mid.map(Math.abs));
        for (let q = 0; q < v; q++) {
          const rest = Array.from({ length: v }, (_, t) => exact[q * v + t] - A.mid[q * v + t]);
          const range = Math.max(...rest) - Math.min(...rest);
          assert(range <= err[q] + 1e-12 * size, `${name}: ${range} > ${err[q]} in row ${q}`);
        }
      },
    ),
    { numRuns: 600, seed: 31 },
  );
});

Deno.test("attentionBound() and the checker's scores bound every ratio of weights, as exponentials", () => {
  fc.assert(
    fc.property(tinyModel, fc.constantFrom(...ATTENTION_ERRORS), fc.nat(), (model, name, seed) => {
      const { d_vocab: v, d_head } = model.config;
      const directions = randomDirections(model, seed);
      const tables = makeTables(model), exact = scores(model), scale = Math.sqrt(d_head);
      fc.pre(exact.every((x) => Math.abs(x) < 100));
      const own = attentionBound(tables, name, { directions, flops });
      const theirs = checkedScores(checkTables(model), name, directions);
      for (const { weights, errUp, errDown } of [own, theirs]) {
        for (let q = 0; q < v; q++) {
          for (let i = q * v; i < (q + 1) * v; i++) {
            for (let j = q * v; j < (q + 1) * v; j++) {
              const ratio = Math.exp((exact[i] - exact[j]) / scale);
              assert(!(weights.hi[i] / weights.lo[j] * errUp[q] < ratio * (1 - 1e-9)), name);
              assert(!(weights.lo[i] / weights.hi[j] * errDown[q] > ratio * (1 + 1e-9)), name);
            }
          }
        }
      }
    }),
    { numRuns: 400, seed: 32 },
  );
});

Deno.test("directBound() and the checker's bound every difference of EU for a random row", () => {
  fc.assert(
    fc.property(tinyModel, fc.constantFrom(...DIRECT_PATHS), fc.nat(), (model, name, seed) => {
      const v = model.config.d_vocab;
      const { direct } = randomDirections(model, seed);
      const tables = makeTables(model);
      const { Eq, W_U } = plainFactors(model), EU = multiply(Eq, W_U).data;
      const size = Math.max(...EU.map(Math.abs));
      for (
        const { L0, gap } of [
          directBound(tables, name, { direct, flops }),
          checkedDirect(checkTables(model), name, direct),
        ]
      ) {
        for (let q = 0; q < v; q++) {
          for (let x = 0; x < v; x++) {
            for (let m = 0; m < v; m++) {
              const difference = EU[q * v + x] - EU[q * v + m];
              const bound = L0.hi[x] - L0.lo[m] + gap[q];
              assert(
                difference <= bound + 1e-12 * (size + Math.abs(bound)),
                `${name} ${q} ${x} ${m}`,
              );
            }
          }
        }
      }
    }),
    { numRuns: 300, seed: 33 },
  );
});

Deno.test("attentionBound() gives the errors of W1", () => {
  const expected: Record<string, number[]> = {
    "max_diff_exact": [1.562074, 1.572206, .730049, 1.503986],
    "max_diff": [1.666728, 2.460290, 2.107115, 3.880078],
    "mean+max_diff": [1.705631, 2.310911, 1.957736, 4.479580],
    "max_diff_subproduct": [.025373, .019126, .021550, .012344],
    "mean+max_diff_subproduct": [.023376, .017129, .024855, .015650],
    "max_diff_subproduct_recursive": [.097783, .073708, .083049, .047574],
    "mean+max_diff_subproduct_recursive": [.088220, .064145, .093920, .058445],
    "mean_recursive+max_diff_subproduct_recursive": [.091474, .066505, .097386, .060593],
  };
  const { tables, directions } = makeProver(W1);
  for (const attention of ATTENTION_ERRORS) {
    const { err } = attentionBound(tables, attention, { directions, flops: { total: 0 } });
    expected[attention]?.forEach((x, q) => assertAlmostEquals(err[q], x, 1e-6));
    // sqrt2 sigma1 = 2.969432; the rigorous bound of sigma1 is 0.16 % above it here.
    if (attention === "svd") assert(err[0] > 2.969432 && err[0] < 2.976);
  }
});
