// adjustedP() against statsmodels 0.15.0, multipletests(p, method="fdr_bh").
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  adjustedP,
  benjaminiHochberg,
  empiricalP,
  knockoffs,
  unchangedShare,
} from "../../lib/numerics/false_discoveries.ts";
import { stream } from "../../lib/numerics/random.ts";

const P = [
  ...[0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205],
  ...[0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34],
];
const ADJUSTED = [
  ...[0.015, 0.06, 0.126, 0.126, 0.126, 0.15, 0.15857142857142856, 0.29464285714285715],
  ...[...Array(6).fill(0.29464285714285715), 0.34],
];

Deno.test("adjustedP() equals statsmodels in any order", () => {
  const order = [...stream(0, "order").permutation(P.length)];
  const found = adjustedP(order.map((i) => P[i]));
  order.forEach((i, at) => assertAlmostEquals(found[at], ADJUSTED[i], 1e-15));
  assertThrows(() => adjustedP([0.2, 1.2]), RangeError, "1.2");
});

Deno.test("benjaminiHochberg() rejects at a step up: a p-value above its own bound goes with a smaller one's", () => {
  assertEquals(benjaminiHochberg(P, 0.1).filter(Boolean).length, 2);
  // bounds at q = 0.1: 0.033, 0.067, 0.1; the second passes, and so the first although 0.04 > 0.033
  assertEquals(benjaminiHochberg([0.5, 0.05, 0.04], 0.1), [false, true, true]);
  assertThrows(() => benjaminiHochberg(P, 10), RangeError, "10");
});

Deno.test("empiricalP() counts the null at least as large, and never gives 0", () => {
  assertEquals([...empiricalP([5, 2, -1], [1, 2, 3])], [1 / 4, 3 / 4, 1]);
  assertThrows(() => empiricalP([NaN], [1]), RangeError, "NaN");
});

Deno.test("unchangedShare() is near 1 for uniform p-values and near the planted share", () => {
  const random = stream(0, "p");
  const uniform = Array.from({ length: 4000 }, () => random.uniform());
  assert(unchangedShare(uniform) > 0.95);
  const mixed = uniform.map((p, i) => i % 4 === 0 ? p / 100 : p);
  assertAlmostEquals(unchangedShare(mixed), 0.75, 0.04);
});

Deno.test("knockoffs() chooses by hand: the offset of one, ties, and several copies", () => {
  const zeros = (n: number) => new Float64Array(n);
  // ten real gains and one loss between: (1 + 0) / 10 at the first ten, (1 + 1) / 11 below
  const real = [9, 8, 7, 6, 5, 4.5, 4, 3.5, 3, 2.5, -2, 1];
  const all = knockoffs(real, [zeros(12)], 0.1);
  assertEquals(all.map(Number), [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
  assertEquals(knockoffs(real.slice(1), [zeros(11)], 0.1).some(Boolean), false); // nine are too few
  // with two copies five are enough: (1 + 0) / (2 · 5)
  assertEquals(knockoffs(real.slice(0, 5), [zeros(5), zeros(5)], 0.1), Array(5).fill(true));
  assertEquals(knockoffs([0, 0], [zeros(2)], 0.9), [false, false]);
  assertThrows(() => knockoffs([1], [], 0.1), RangeError, "0 of 1");
});

Deno.test("knockoffs() and benjaminiHochberg() keep false discoveries at q, and find what is planted", () => {
  const q = 0.1, n = 300, planted = 45, turns = 60;
  const shares = { knockoffs: 0, bh: 0 }, power = { knockoffs: 0, bh: 0 };
  for (let turn = 0; turn < turns; turn++) {
    const random = stream(turn, "planted");
    const draw = () => Float64Array.from({ length: n }, () => random.normal());
    const real = draw().map((value, i) => i < planted ? value + 4 : value);
    const null_ = Float64Array.from({ length: 4000 }, () => random.normal());
    const found = {
      knockoffs: knockoffs(real, [draw(), draw()], q),
      bh: benjaminiHochberg(empiricalP(real, null_), q),
    };
    for (const way of ["knockoffs", "bh"] as const) {
      const chosen = found[way].filter(Boolean).length;
      const right = found[way].slice(0, planted).filter(Boolean).length;
      shares[way] += (chosen - right) / Math.max(1, chosen) / turns;
      power[way] += right / planted / turns;
    }
  }
  for (const way of ["knockoffs", "bh"] as const) {
    assert(shares[way] <= q, `${way}: ${shares[way]} false`);
    assert(power[way] > 0.6, `${way}: ${power[way]} found`);
  }
});

Deno.test("knockoffs() of one copy: a shift of all real values breaks the promise, as it says", () => {
  const random = stream(0, "shift");
  const draw = (mean: number) => Float64Array.from({ length: 300 }, () => mean + random.normal());
  assert(knockoffs(draw(3), [draw(0)], 0.1).filter(Boolean).length > 150);
});
