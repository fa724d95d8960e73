import { assertAlmostEquals, assertThrows } from "@std/assert";
import {
  bilinearForm,
  bilinearOutput,
  bilinearPair,
} from "../../../lib/interactions/formulas/bilinear.ts";
import {
  fourPointDifference,
  fourPointVector,
} from "../../../lib/interactions/formulas/four_points.ts";
import { gatedExcess, gatedMixedDifference } from "../../../lib/interactions/formulas/gated.ts";
import {
  layerNormInsertion,
  layerNormSecondDerivative,
  normalised,
} from "../../../lib/interactions/formulas/layer_norm.ts";
import { mixedDifference } from "../../../lib/interactions/formulas/mixed_difference.ts";
import {
  nonlinearity,
  type NonlinearityName,
} from "../../../lib/interactions/formulas/nonlinearity.ts";
import { dot, norm } from "../../../lib/interactions/formulas/vectors.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { NAMES, neurons } from "./examples.ts";

Deno.test("gatedMixedDifference() of SiLU, ReLU and no nonlinearity at all", () => {
  const at = { gate: { c: -0.2, a: 0.9, b: 0.5 }, up: { c: 0.3, a: -0.6, b: 1.1 } };
  const expected = { silu: 0.609827407, relu: 0.75, identity: 0.9 * 1.1 + 0.5 * -0.6 };
  for (const [name, value] of Object.entries(expected)) {
    const found = gatedMixedDifference(nonlinearity(name as NonlinearityName), at);
    assertAlmostEquals(found, value, 1e-8, name);
  }
});

Deno.test("gatedMixedDifference() with a constant up is that of the gate alone", () => {
  for (const phi of NAMES.map(nonlinearity)) {
    const gate = { a: 0.8, b: -1.1, c: 0.3 };
    const found = gatedMixedDifference(phi, { gate, up: { a: 0, b: 0, c: 2 } });
    assertAlmostEquals(found, 2 * mixedDifference(phi, gate), 1e-14);
  }
});

Deno.test("gatedExcess() of two features is their mixed difference, of one it is 0", () => {
  const gates = neurons(200, { most: 2 }), ups = neurons(200, { most: 2, seed: 1 });
  for (const phi of NAMES.map(nonlinearity)) {
    gates.forEach((gate, n) => {
      const up = { a: [ups[n].a[0], 0.7].slice(0, gate.a.length), c: ups[n].c };
      const meeting = ({ a, c }: typeof up) => ({ a: a[0], b: a[1] ?? 0, c });
      const pair = gatedMixedDifference(phi, { gate: meeting(gate), up: meeting(up) });
      assertAlmostEquals(gatedExcess(phi, { gate, up }), pair, 1e-13);
    });
  }
});

Deno.test("bilinearForm() has a bilinear MLP's exact pairs", () => {
  const mlp = { W_l: [[1, 0.5], [-0.4, 0.8]], W_r: [[0.3, -1], [0.9, 0.2]], W_p: [[1.5], [-0.7]] };
  const wide = { ...mlp, W_p: mlp.W_p.map(([p]) => [p, 0]) };
  const Q = bilinearForm(wide, [1, 0]);
  [0.702, -0.8615, -0.8615, -0.862].forEach((q, n) => {
    assertAlmostEquals(Q[n >> 1][n & 1], q, 1e-12);
  });
  const x_i = [2, 0], x_j = [0.3, 0.4]; // 2 (1, 0) and 0.5 (0.6, 0.8)
  assertAlmostEquals(bilinearPair(Q, x_i, x_j), -0.536, 1e-12);
  for (const rest of [[0, 0], [1.3, -0.7]]) { // whatever else is there
    const at = (...parts: number[][]) =>
      bilinearOutput(wide, [0, 1].map((n) => parts.reduce((sum, x) => sum + x[n], rest[n])));
    const difference = fourPointVector({
      both: at(x_i, x_j),
      withoutI: at(x_j),
      withoutJ: at(x_i),
      neither: at(),
    });
    assertAlmostEquals(difference[0], -0.536, 1e-12);
  }
});

Deno.test("layerNormSecondDerivative() and layerNormInsertion() worked by hand", () => {
  const steps = {
    x: [1, -2, 0.5, 0.5],
    u: [0.3, 0.1, -0.2, -0.2],
    v: [-0.1, 0.4, 0.1, -0.4],
  };
  const second = [0.045318367, 0.026429841, -0.031997727, -0.039750481];
  const finite = [0.032947905, 0.045394631, -0.043221814, -0.035120722];
  layerNormSecondDerivative(steps).forEach((x, n) => assertAlmostEquals(x, second[n], 1e-8));
  layerNormInsertion(steps).forEach((x, n) => assertAlmostEquals(x, finite[n], 1e-8));
});

Deno.test("layerNormSecondDerivative() is the limit of layerNormInsertion(), means or none", () => {
  const random = stream(0, "layer norm");
  for (let draw = 0; draw < 50; draw++) {
    const [x, u, v] = [0, 0, 0].map(() => Array.from({ length: 7 }, () => 0.5 + random.normal()));
    const h = 1e-3, small = (y: number[]) => y.map((value) => h * value);
    const finite = layerNormInsertion({ x, u: small(u), v: small(v) });
    const limit = layerNormSecondDerivative({ x, u, v });
    limit.forEach((value, n) => assertAlmostEquals(finite[n] / h ** 2, value, 0.02 * norm(limit)));
  }
});

Deno.test("normalised() has mean 0 and norm √d, and no value where nothing differs", () => {
  const y = normalised([3, 1, 7, 2, -5]);
  assertAlmostEquals(dot(y, [1, 1, 1, 1, 1]), 0, 1e-14);
  assertAlmostEquals(norm(y), Math.sqrt(5), 1e-14);
  assertThrows(() => normalised([2, 2, 2]), RangeError, "expected entries that differ");
});

Deno.test("fourPointDifference() finds what scores without an interaction do through softmax", () => {
  // Two keys, scores a + b and 0: no product of features, and yet the pattern interacts.
  const pattern = (score: number) => 1 / (1 + Math.exp(-score));
  const found = fourPointDifference({
    both: pattern(2),
    withoutI: pattern(1),
    withoutJ: pattern(1),
    neither: pattern(0),
  });
  assertAlmostEquals(found, -0.081320079, 1e-8);
});
