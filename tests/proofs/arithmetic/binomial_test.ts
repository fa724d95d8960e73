// Values of SciPy 1.17 (scipy.stats.beta.isf(alpha, k + 1, n - k) and binom.cdf), which are not rounded outward.
import { assert, assertEquals } from "@std/assert";
import { atMostUp, clopperPearsonUpper } from "../../../lib/proofs/arithmetic/binomial.ts";

const LIMITS: [count: number, of: number, alpha: number, limit: number][] = [
  [0, 20, .01, 0.20567176527571848],
  [1, 20, .01, 0.2887903679930198],
  [0, 1000, 1e-6, 0.013720514368789528],
  [7, 1000, .01, 0.01592806302058378],
  [7, 1000, 1e-6, 0.028840877467322515],
  [5000, 20000, 1e-6, 0.26476855183756903],
  [9600, 20000, .01, 0.4882465935240897],
  [19999, 20000, 1e-6, 0.99999999995],
  [271, 400000, 1e-6, 0.0008941814542533976],
  [3000, 12800000, .01, 0.0002445229207088532],
];

Deno.test("clopperPearsonUpper() is SciPy's limit, on a grid of 2^-52 and never below it", () => {
  for (const [count, of, alpha, limit] of LIMITS) {
    const found = clopperPearsonUpper({ count, of }, alpha);
    assert(Math.abs(found / limit - 1) < 1e-9, `${count} of ${of}: ${found}, ${limit}`);
    assertEquals(found * 2 ** 52 % 1, 0);
    assert(atMostUp({ count, of }, found) <= alpha);
  }
  assertEquals(clopperPearsonUpper({ count: 5, of: 5 }, .01), 1);
});

Deno.test("atMostUp() is an upper end of the binomial distribution function", () => {
  for (const [count, of, p, exact] of [[3, 10, .5, 0.171875], [0, 3, .5, 0.125]]) {
    const found = atMostUp({ count, of }, p);
    assert(found >= exact && found < exact * (1 + 1e-13), `${found}`);
  }
  const found = atMostUp({ count: 250, of: 1000 }, .3125);
  assert(Math.abs(found / 8.079237502210104e-6 - 1) < 1e-9, `${found}`);
  assertEquals(atMostUp({ count: 0, of: 1e7 }, .5), 1e-300); // 2^-10,000,000
});

Deno.test("clopperPearsonUpper() fails with a probability of at most alpha, whatever the share is", () => {
  const of = 12, alpha = .05;
  const limits = Array.from(
    { length: of + 1 },
    (_, count) => clopperPearsonUpper({ count, of }, alpha),
  );
  let largest = 0;
  for (let share = 1; share < 200; share++) {
    const p = share / 200;
    let fails = 0, term = (1 - p) ** of;
    for (let k = 0; k <= of; k++) {
      if (limits[k] < p) fails += term;
      term *= (of - k) / (k + 1) * p / (1 - p);
    }
    largest = Math.max(largest, fails);
  }
  assert(largest <= alpha && largest > alpha / 2, `${largest}`);
});
