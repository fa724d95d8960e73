import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  dominantBound,
  dominantFeature,
  dominantLipschitzBound,
  dominantRest,
  dominantShare,
} from "../../../lib/interactions/formulas/dominant.ts";
import {
  cancellationMass,
  excess,
  fewHotRemainder,
  largestOnly,
  signedMass,
} from "../../../lib/interactions/formulas/excess.ts";
import {
  kinkInReach,
  minBound,
  sumOfSizes,
} from "../../../lib/interactions/formulas/excess_bounds.ts";
import { preActivation } from "../../../lib/interactions/formulas/neuron.ts";
import {
  nonlinearity,
  type NonlinearityName,
} from "../../../lib/interactions/formulas/nonlinearity.ts";
import {
  shapleyTaylor,
  shapleyTaylorOf,
} from "../../../lib/interactions/formulas/shapley_taylor.ts";
import { telescopingTerms } from "../../../lib/interactions/formulas/telescoping.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { FIVE, NAMES, neurons, sum } from "./examples.ts";

const relu = nonlinearity("relu"), gelu = nonlinearity("gelu");

Deno.test("excess() of five contributions, and what bounds it", () => {
  const { up, down } = signedMass(FIVE);
  assertAlmostEquals(up, 1.85, 1e-12);
  assertAlmostEquals(down, 1.5, 1e-12);
  assertEquals(dominantFeature(FIVE), 3);
  assertAlmostEquals(dominantBound(relu, FIVE), 2.25, 1e-12);
  assertAlmostEquals(dominantBound(gelu, FIVE), 2.830068653, 1e-8);
  assertAlmostEquals(dominantShare(FIVE), 0.328358209, 1e-8);
  assertAlmostEquals(minBound(relu, { a: FIVE, c: -0.3 }), 4.5, 1e-12);
  [2.25, 1.35, 0.65].forEach((rest, m) => {
    assertAlmostEquals(fewHotRemainder(FIVE, m + 1), rest, 1e-12);
  });
  const rows = [
    [-0.3, -0.95, -0.823689240, -0.823370876],
    [0, -1.5, -0.904693214, -0.904329994],
    [0.2, -1.1, -0.885181260, -0.884774280],
  ];
  for (const [c, ...expected] of rows) {
    (["relu", "gelu", "gelu_new"] as NonlinearityName[]).forEach((name, n) => {
      assertAlmostEquals(excess(nonlinearity(name), { a: FIVE, c }), expected[n], 1e-8, name);
    });
  }
});

Deno.test("excess() of the largest contributions alone", () => {
  const five = { a: FIVE, c: -0.3 };
  [0, -0.6, -0.8, -1.0, -0.95].forEach((expected, m) => {
    assertAlmostEquals(excess(relu, largestOnly(five, m + 1)), expected, 1e-12);
  });
  for (const phi of NAMES.map(nonlinearity)) {
    for (const neuron of neurons(300)) {
      for (const m of [1, 2, 3]) {
        const lost = Math.abs(excess(phi, neuron) - excess(phi, largestOnly(neuron, m)));
        assert(lost <= phi.osc * fewHotRemainder(neuron.a, m) + 1e-13, `${phi.name}, ${m}`);
      }
    }
  }
});

Deno.test("excess() of a ReLU without bias is minus the mass that cancels", () => {
  for (const { a } of neurons(300)) {
    assertAlmostEquals(excess(relu, { a, c: 0 }), -cancellationMass(a), 1e-13);
    const half = (sumOfSizes(a) - Math.abs(sum(a))) / 2;
    assertAlmostEquals(cancellationMass(a), half, 1e-13);
  }
});

Deno.test("excess() is 0 where nothing interacts", () => {
  for (const { a, c } of neurons(200)) {
    assertAlmostEquals(excess(nonlinearity("identity"), { a, c }), 0, 1e-13);
    for (const name of NAMES) {
      assertAlmostEquals(excess(nonlinearity(name), { a: [a[0]], c }), 0, 1e-14);
    }
    const up = a.map(Math.abs);
    assertAlmostEquals(excess(relu, { a: up, c: Math.abs(c) }), 0, 1e-13);
    assertAlmostEquals(excess(relu, { a: up.map((x) => -x), c: -Math.abs(c) }), 0, 1e-13);
    if (!kinkInReach({ a, c })) assertAlmostEquals(excess(relu, { a, c }), 0, 1e-13);
  }
  assert(!kinkInReach({ a: [1, 2], c: 0 }) && kinkInReach({ a: [-1, 2], c: 0.5 }));
});

Deno.test("telescopingTerms() worked by hand, in the order of sizes", () => {
  const rows = [
    ["relu", -0.3, [-0.6, -0.2, -0.2, 0.05]],
    ["relu", 0.2, [-0.9, 0, -0.2, 0]],
    ["gelu", -0.3, [-0.591284149, -0.106674559, -0.145252017, 0.019521485]],
  ] as const;
  for (const [name, c, expected] of rows) {
    const terms = telescopingTerms(nonlinearity(name), { a: FIVE, c });
    assertEquals(terms.map(({ dominant, j }) => [dominant, j]), [[3, 0], [3, 2], [3, 1], [3, 4]]);
    terms.forEach(({ value }, n) => assertAlmostEquals(value, expected[n], 1e-8));
  }
});

Deno.test("telescopingTerms() sum to the excess, each bounded by its contribution", () => {
  for (const phi of NAMES.map(nonlinearity)) {
    for (const neuron of neurons(300)) {
      const terms = telescopingTerms(phi, neuron);
      assertAlmostEquals(sum(terms.map(({ value }) => value)), excess(phi, neuron), 1e-13);
      for (const { j, value } of terms) {
        assert(Math.abs(value) <= phi.osc * Math.abs(neuron.a[j]) + 1e-14, phi.name);
      }
    }
  }
});

Deno.test("bounds of the excess hold and stand in their order, for every nonlinearity", () => {
  let seen = 0;
  for (const phi of NAMES.map(nonlinearity)) {
    for (const neuron of neurons(1000, { most: 12 })) {
      const size = Math.abs(excess(phi, neuron));
      const telescoping = sumOfSizes(telescopingTerms(phi, neuron).map(({ value }) => value));
      const dominant = dominantBound(phi, neuron.a), pairs = minBound(phi, neuron);
      assert(size <= telescoping + 1e-13 && telescoping <= dominant + 1e-13, phi.name);
      assert(size <= pairs + 1e-13, phi.name);
      if (phi.name !== "relu" || kinkInReach(neuron)) assert(dominant <= pairs + 1e-13, phi.name);
      const one = phi.value(neuron.c + neuron.a[dominantFeature(neuron.a)!]);
      const off = Math.abs(phi.value(preActivation(neuron)) - one);
      assert(off <= dominantLipschitzBound(phi, neuron.a) + 1e-13, phi.name);
      seen += Number(size > 1e-3);
    }
  }
  assert(seen > 2500, "most of these neurons have an excess to bound");
});

Deno.test("dominantBound() is five times |E| on average for Gaussian contributions of 20 features", () => {
  const random = stream(0, "gaussian");
  let found = 0, bound = 0;
  for (let draw = 0; draw < 5000; draw++) {
    const neuron = { a: Array.from({ length: 20 }, () => random.normal()), c: random.normal() };
    const size = Math.abs(excess(relu, neuron));
    assert(size <= dominantRest(neuron.a));
    found += size / 5000;
    bound += dominantRest(neuron.a) / 5000;
  }
  assertAlmostEquals(bound, 13.8, 0.1);
  assertAlmostEquals(found, 2.57, 0.1);
});

Deno.test("shapleyTaylor() worked by hand", () => {
  const rows = [
    [-0.253333333, -0.158333333, -0.211184822],
    [0.28, 0.208333333, 0.341136704],
    [-0.62, -0.65, -0.584752924],
    [0.146666667, 0.083333333, 0.127325819],
    [-0.253333333, -0.125, -0.161842124],
    [0.146666667, 0.233333333, 0.192396454],
    [-0.02, -0.1, -0.054936770],
    [-0.42, -0.483333333, -0.432603743],
    [0.146666667, 0.05, 0.099859312],
    [-0.103333333, -0.158333333, -0.139087144],
  ];
  const cases = [[relu, -0.3], [relu, 0.2], [gelu, -0.3]] as const;
  cases.forEach(([phi, c], column) => {
    const found = shapleyTaylor(phi, { a: FIVE, c });
    rows.forEach((row, pair) => assertAlmostEquals(found[pair], row[column], 1e-8));
    assertAlmostEquals(sum(found), [-0.95, -1.1, -0.823689240][column], 1e-8);
  });
});

Deno.test("shapleyTaylor() sums to the excess, exactly and for every single permutation", () => {
  const random = stream(0, "permutations");
  for (const phi of NAMES.map(nonlinearity)) {
    for (const neuron of neurons(40, { most: 7 })) {
      const expected = excess(phi, neuron);
      assertAlmostEquals(sum(shapleyTaylor(phi, neuron)), expected, 1e-12);
      assert(sumOfSizes(shapleyTaylor(phi, neuron)) >= Math.abs(expected) - 1e-13);
      for (let draw = 0; draw < 5; draw++) {
        const one = shapleyTaylorOf(phi, neuron, random.permutation(neuron.a.length));
        assertAlmostEquals(sum(one), expected, 1e-13);
      }
    }
  }
});

Deno.test("shapleyTaylorOf() over all orders is shapleyTaylor(), which refuses 2^17 contexts", () => {
  const neuron = { a: FIVE.slice(0, 4), c: -0.3 };
  const orders = permutations([0, 1, 2, 3]);
  const mean = new Float64Array(6);
  for (const order of orders) {
    shapleyTaylorOf(gelu, neuron, order).forEach((x, pair) => mean[pair] += x / orders.length);
  }
  shapleyTaylor(gelu, neuron).forEach((x, pair) => assertAlmostEquals(mean[pair], x, 1e-13));
  assertThrows(
    () => shapleyTaylor(relu, { a: new Float64Array(17), c: 0 }),
    RangeError,
    "expected up to 16 features but found 17",
  );
});

function permutations(items: number[]): number[][] {
  if (items.length < 2) return [items];
  return items.flatMap((first) =>
    permutations(items.filter((x) => x !== first)).map((rest) => [first, ...rest])
  );
}
