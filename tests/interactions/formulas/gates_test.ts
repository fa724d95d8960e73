import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  expectedGates,
  gateError,
  gateFlips,
  gateFlipSize,
  gateShares,
  majorityGates,
} from "../../../lib/interactions/formulas/gates.ts";
import { preActivation } from "../../../lib/interactions/formulas/neuron.ts";
import { neurons, sum } from "./examples.ts";

Deno.test("gateShares() sum to ReLU(z)", () => {
  for (const neuron of neurons(300)) {
    const { features, rest } = gateShares(neuron);
    assertAlmostEquals(sum(features) + rest, Math.max(0, preActivation(neuron)), 1e-14);
  }
});

Deno.test("gateFlips() names the features whose removal alone shuts or opens the gate", () => {
  assertEquals(gateFlips({ a: [2, 0.2, -1.125], c: -0.6 }), [true, false, false]); // z = 0.475
  assertEquals(gateFlips({ a: [-1.4, -0.18, 0.75], c: 0.27 }), [true, false, false]); // z = -0.56
  const neuron = { a: [2, 0.2, -1.125], c: -0.6 };
  assertEquals(gateFlipSize(neuron, { i: 2, j: 0 }), 1.125);
  assertEquals(gateFlipSize(neuron, { i: 0, j: 2 }), 0);
});

Deno.test("majorityGates() keeps equal activations in one bin, and gateError() weighs the wrong ones", () => {
  const f = [0, 0, 0, 0, 1, 2], z = [-1, -1, -1, 3, 1, 1];
  assertEquals(majorityGates({ f, z }, { bins: 1 }), Array(6).fill(false)); // 3 to 3 is a draw
  const two = majorityGates({ f, z }, { bins: 2 }); // the fourth goes with its equals
  assertEquals(two, [false, false, false, false, true, true]);
  assertAlmostEquals(gateError({ a: [1, 1, 3, -5, 1, 1], z }, two), 5 / 6, 1e-15);
});

Deno.test("expectedGates() adds the mean of the rest", () => {
  // z − a = 1, −3, −1: mean −1, so that a has to exceed 1.
  assertEquals(expectedGates({ a: [0.5, 2, 1.5], z: [1.5, -1, 0.5] }), [false, true, true]);
});
