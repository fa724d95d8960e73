import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  integratedHessian,
  pathMeans,
  plainHessian,
} from "../../../lib/interactions/formulas/integrated_hessian.ts";
import { pairsOf, preActivation } from "../../../lib/interactions/formulas/neuron.ts";
import { nonlinearity } from "../../../lib/interactions/formulas/nonlinearity.ts";
import { gaussLegendre } from "../../../lib/numerics/gauss_legendre.ts";
import { FIVE, NAMES, neurons, sum } from "./examples.ts";

const relu = nonlinearity("relu"), gelu = nonlinearity("gelu");

Deno.test("integratedHessian() of ReLU worked by hand", () => {
  const first = { a: [0.8, 0.6, -0.4], c: -0.25 };
  const means = pathMeans(relu, { c: -0.25, S: 1 });
  assertAlmostEquals(means.curvature, 0.346573590, 1e-8);
  assertAlmostEquals(means.slope, 0.403426410, 1e-8);
  expectNear(integratedHessian(relu, first), {
    pairs: [0.166355323, -0.110903549, -0.083177662],
    diagonal: [0.544548226, 0.366822338, -0.105918789],
  });
  const flipped = { a: [-0.8, -0.6, 0.4], c: 0.25 };
  assertAlmostEquals(pathMeans(relu, { c: 0.25, S: -1 }).slope, 0.596573590, 1e-8);
  expectNear(integratedHessian(relu, flipped), {
    pairs: [0.166355323, -0.110903549, -0.083177662],
    diagonal: [-0.255451774, -0.233177662, 0.294081211],
  });
  const five = pathMeans(relu, { c: -0.3, S: 0.35 });
  assertAlmostEquals(five.curvature, 0.377511869, 1e-8);
  assertAlmostEquals(five.slope, 0.010727989, 1e-8);
  assertAlmostEquals(integratedHessian(relu, { a: FIVE, c: -0.3 }).pairs[2], -0.373736750, 1e-8);
});

Deno.test("pathMeans() of gelu worked by hand, 24 points are enough", () => {
  for (const points of [24, 64]) {
    const { curvature, slope } = pathMeans(gelu, { c: -0.25, S: 1 }, gaussLegendre(points));
    assertAlmostEquals(curvature, 0.182930993, 1e-9);
    assertAlmostEquals(slope, 0.497421911, 1e-9);
    assertAlmostEquals(curvature + slope, 0.680352904, 1e-9);
  }
});

Deno.test("integratedHessian() sums to phi(z) − phi(c), both orders of a pair and the diagonal", () => {
  for (const phi of NAMES.map(nonlinearity)) {
    for (const neuron of neurons(200)) {
      const { pairs, diagonal } = integratedHessian(phi, neuron);
      const expected = phi.value(preActivation(neuron)) - phi.value(neuron.c);
      assertAlmostEquals(2 * sum(pairs) + sum(diagonal), expected, 1e-11, phi.name);
    }
  }
});

Deno.test("pathMeans() holds on ways of any length and on none", () => {
  for (const phi of NAMES.map(nonlinearity)) {
    for (const [c, S] of [[-10, 20], [10, -20], [0.3, 1e-9], [-4, 8], [2, -1]]) {
      const { curvature, slope } = pathMeans(phi, { c, S });
      const found = S * S * curvature + S * slope;
      const slack = Math.abs(S) > 10 ? 1e-7 : 1e-11;
      assertAlmostEquals(found, phi.value(c + S) - phi.value(c), slack, `${phi.name} ${c} ${S}`);
    }
    const still = pathMeans(phi, { c: 0.7, S: 0 });
    assertAlmostEquals(still.slope, phi.slope(0.7), 1e-13);
    assertAlmostEquals(still.curvature, phi.curvature(0.7) / 4, 1e-13);
  }
});

Deno.test("pathMeans() of ReLU is the limit of ever steeper softplus", () => {
  const sharp = 400;
  for (const [c, S] of [[-0.25, 1], [0.25, -1], [-0.3, 0.35], [0.5, 1], [-2, 1]]) {
    let curvature = 0;
    const n = 200000; // the midpoint rule on the density ln(1/u)
    for (let i = 0; i < n; i++) {
      const u = (i + 0.5) / n, open = 1 / (1 + Math.exp(-sharp * (c + u * S)));
      curvature += u * Math.log(1 / u) * sharp * open * (1 - open) / n;
    }
    assertAlmostEquals(pathMeans(relu, { c, S }).curvature, curvature, 1e-3);
  }
});

Deno.test("plainHessian() is phi'' between the two, and says nothing of ReLU", () => {
  const neuron = { a: FIVE, c: -0.3 };
  const found = plainHessian(gelu, neuron), h = 1e-4;
  pairsOf(5).forEach(([i, j], pair) => {
    const at = (s: number, t: number) =>
      gelu.value(preActivation({ a: FIVE, c: -0.3 + s * FIVE[i] + t * FIVE[j] }));
    const difference = (at(h, h) - at(h, -h) - at(-h, h) + at(-h, -h)) / (4 * h * h);
    assertAlmostEquals(found[pair], difference, 1e-6);
  });
  assert(found.some((x) => Math.abs(x) > 0.1));
  assertEquals([...plainHessian(relu, neuron)].map(Math.abs), Array(10).fill(0));
});

function expectNear(
  found: ReturnType<typeof integratedHessian>,
  expected: { pairs: number[]; diagonal: number[] },
) {
  for (const name of ["pairs", "diagonal"] as const) {
    assertEquals(found[name].length, expected[name].length);
    expected[name].forEach((x, n) => assertAlmostEquals(found[name][n], x, 1e-8, name));
  }
}
