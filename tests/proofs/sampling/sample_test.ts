// Draws from N5's sets against exact enumeration, and both programs against each other.
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { stream } from "../../../lib/numerics/random.ts";
import { gridOf } from "../../../lib/proofs/checker/assignments.ts";
import {
  everyFilling,
  fillingDraws,
  type FillingGrid,
  holds,
} from "../../../lib/proofs/checker/fillings.ts";
import { newMeter } from "../../../lib/proofs/checker/limits.ts";
import { n5Layers } from "../../../lib/proofs/checker/n5_layered.ts";
import { answerOf } from "../../../lib/proofs/checker/sequence.ts";
import { checkTables } from "../../../lib/proofs/checker/tables.ts";
import { makeProver, proveBound } from "../../../lib/proofs/prove.ts";
import { certainlyRight } from "../../../lib/proofs/sampling/answers.ts";
import { drawerOf } from "../../../lib/proofs/sampling/fillings.ts";
import { sampleAccuracy, stateAccuracy } from "../../../lib/proofs/sampling/sample.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { bruteForceTiny } from "../../../lib/proofs/theorems/brute_force.ts";
import type { MaxOfKModel } from "../../../lib/proofs/max_of_k.ts";
import { tinyModel, W1 } from "../tiny_models.ts";

/** Every assignment of F positions by tokens up to m, with m where it must occur. */
function assignments({ F, m, needsMax }: { F: number; m: number; needsMax: boolean }): number[][] {
  let all: number[][] = [[]];
  for (let i = 0; i < F; i++) {
    all = all.flatMap((head) => Array.from({ length: m + 1 }, (_, t) => [...head, t]));
  }
  return needsMax ? all.filter((tokens) => tokens.includes(m)) : all;
}

/** The sets of a pair as the checker makes them; undefined where one has no grid. */
function setsOf(model: MaxOfKModel, g: number) {
  const T = checkTables(model);
  const layers = n5Layers(T, {
    ...{ attention: "exact_EQKE+max_diff_exact", direct: "exact", vectors: {}, G: 8 },
  });
  return {
    T,
    of: (q: number, m: number): FillingGrid[] | undefined => {
      const grids = Array.from(layers(q, m, g), ({ assignments, D }) => {
        const grid = gridOf(assignments, D, true);
        return grid && { F: T.F, m, needsMax: q < m, ...grid };
      });
      return grids.every((grid) => grid !== undefined) ? grids : undefined;
    },
  };
}

Deno.test("N5's sets weigh every wrong sequence of a tiny model exactly once: the estimate is unbiased", () => {
  let weighed = 0, shared = 0;
  fc.assert(
    fc.property(
      fc.oneof(fc.constant(W1), tinyModel),
      fc.integer({ min: 1, max: 3 }),
      (model, g) => {
        const { T, of } = setsOf(model, g);
        for (let q = 0; q < T.v; q++) {
          for (let m = q; m < T.v; m++) {
            const grids = of(q, m);
            if (!grids) continue;
            let sum = 0, wrong = 0;
            for (const tokens of assignments({ F: T.F, m, needsMax: q < m })) {
              const isWrong = answerOf(T, [...tokens, q]) !== "right";
              const holding = grids.filter((grid) =>
                grid.budget >= 0 && holds(grid, tokens)
              ).length;
              if (holding > 1) shared++;
              if (!isWrong) continue;
              wrong++;
              // Drawn in proportion to the sets' sizes: once for each set, each time with 1 / holding.
              for (let n = 0; n < holding; n++) sum += 1 / holding;
            }
            assert(Math.abs(sum - wrong) < 1e-9, `q ${q}, m ${m}: ${sum} of ${wrong}`);
            weighed += wrong;
          }
        }
      },
    ),
    { numRuns: 60, seed: 5 },
  );
  assert(weighed > 1000 && shared > 100, `${weighed}, ${shared}`);
});

Deno.test("fillingDraws() and drawerOf() draw every assignment of a set equally often", () => {
  const grid: FillingGrid = {
    ...{ F: 3, m: 3, needsMax: true, budget: 4 },
    // from the last position to the first
    deficits: [[0, 2, 1, 3], [1, 0, 5, 2], [0, 0, 4, 1]],
  };
  const inSet = assignments(grid).filter((tokens) => holds(grid, tokens));
  assert(inSet.length > 10 && inSet.length < 37, `${inSet.length}`);
  const k = Float64Array.from(grid.deficits.toReversed().flat());
  const draws = 400 * inSet.length;
  for (const draw of [fillingDraws(grid, newMeter()), drawerOf({ ...grid, k }, { total: 0 })]) {
    const times = new Map(inSet.map((tokens) => [tokens.join(), 0]));
    const random = stream(3, "fillings"), tokens = new Uint16Array(4);
    for (let n = 0; n < draws; n++) {
      draw(random, tokens);
      const key = tokens.slice(0, 3).join();
      assert(times.has(key), key);
      times.set(key, times.get(key)! + 1);
    }
    const chi2 = [...times.values()].reduce((sum, n) => sum + (n - 400) ** 2 / 400, 0);
    const df = inSet.length - 1;
    assert(Math.abs(chi2 - df) < 4 * Math.sqrt(2 * df), `${chi2} for ${df}`);
  }
  const whole = everyFilling({ F: 2, m: 2, needsMax: false });
  assert(assignments(whole).every((tokens) => holds(whole, tokens)));
});

Deno.test("stateAccuracy() finds what sampleAccuracy() does, is below the truth, and above N5 where it counts from N5", () => {
  let same = 0, runs = 0;
  fc.assert(
    fc.property(tinyModel, fc.constantFrom("sampled", "sampled/N5"), (model, method) => {
      const prover = makeProver(model), truth = bruteForceTiny(prover.tables).count;
      const own = sampleAccuracy(prover, method, { draws: 150 });
      const { result } = stateAccuracy(prover, method, { draws: 150 });
      runs++;
      if (own.counted === result.counted && own.certain === result.certain) same++;
      assert(Number(result.atLeast["0.999999"]) <= truth);
      assert(Number(result.atLeast["0.999999"]) <= Number(result.atLeast["0.99"]));
      assert(Number(result.certain) <= Number(result.atLeast["0.999999"]));
    }),
    { numRuns: 60, seed: 8 },
  );
  // Weights of attention e^100 apart: where rounding decides, the two may differ.
  assert(same > 0.95 * runs, `${same} of ${runs}`);
  const prover = makeProver(W1);
  const { certain } = sampleAccuracy(prover, "sampled/N5", { draws: 9, G: 64, gMax: 4 });
  assertEquals(BigInt(certain), proveBound(prover, "N5", { G: 64, gMax: 4 }).certified);
});

Deno.test("estimates of tiny models are as far off as chance explains, where N5's sets overlap as well", () => {
  const z: Record<string, number[]> = { prover: [], checker: [] };
  fc.assert(
    fc.property(tinyModel, (model) => {
      const prover = makeProver(model), { count, sequences } = bruteForceTiny(prover.tables);
      const options = { draws: 3000, G: 4, gMax: 4 };
      const found = {
        prover: sampleAccuracy(prover, "sampled/N5", options),
        checker: stateAccuracy(prover, "sampled/N5", options).result,
      };
      for (const [side, { estimate, standardError, counted, draws }] of Object.entries(found)) {
        const off = Math.abs(estimate - count / sequences);
        if (counted > 20 && draws - counted > 20) z[side].push(off / standardError);
        else assert(off <= 6 * standardError);
      }
    }),
    { numRuns: 60, seed: 12 },
  );
  for (const [side, all] of Object.entries(z)) {
    const square = all.reduce((sum, one) => sum + one * one, 0) / all.length;
    assert(all.length > 15 && Math.max(...all) < 4, `${side}: ${Math.max(...all)}`);
    assert(square < 1 + 4 * Math.sqrt(2 / all.length), `${side}: ${square} of ${all.length}`);
  }
});

Deno.test("bounds of W1 with confidence 0.99 fail no more often than one time in a hundred", () => {
  const prover = makeProver(W1); // 58 of 64 are right
  for (const method of ["sampled", "sampled/N5"] as const) {
    let fails = 0, sum = 0;
    for (let draws = 200; draws < 500; draws++) {
      const { atLeast, estimate } = sampleAccuracy(prover, method, { draws });
      if (Number(atLeast["0.99"]) > 58) fails++;
      sum += estimate;
    }
    assert(fails <= 6, `${method}: ${fails} of 300`); // 3 expected at most
    assert(Math.abs(sum / 300 - 58 / 64) < 0.004, `${method}: ${sum / 300}`);
  }
});

Deno.test("certainlyRight() answers as enumeration does, ties and widened tables among them", () => {
  fc.assert(
    fc.property(tinyModel, (model) => {
      const tables = makeTables(model), isRight = certainlyRight(tables), { v, K } = tables;
      let count = 0;
      for (let n = 0; n < v ** K; n++) {
        if (isRight(Array.from({ length: K }, (_, i) => Math.floor(n / v ** i) % v))) count++;
      }
      assertEquals(count, bruteForceTiny(tables).count);
    }),
    { numRuns: 40, seed: 2 },
  );
  const real = sampleAccuracy(makeProver(W1), "sampled", { draws: 300 });
  const tf32 = makeProver(W1, { arithmetic: "tf32" });
  assert(sampleAccuracy(tf32, "sampled", { draws: 300 }).estimate <= real.estimate + 0.06);
  const { result } = stateAccuracy(tf32, "sampled/N5", { draws: 50 });
  assert(Number(result.atLeast["0.99"]) <= bruteForceTiny(tf32.tables).count);
});

Deno.test("stateAccuracy() refuses more draws than the checker repeats, and unknown methods", () => {
  const prover = makeProver(W1);
  assertThrows(
    () => stateAccuracy(prover, "sampled", { draws: 2 ** 31 }),
    RangeError,
    "take fewer",
  );
  assertThrows(() => sampleAccuracy(prover, "sample" as never), RangeError, "sampled/N5");
  assertThrows(() => sampleAccuracy(prover, "sampled", { draws: 0 }), Error, "whole number from 1");
});
