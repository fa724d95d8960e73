import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  additiveKl,
  additiveLogits,
  logitInteraction,
  lossInteraction,
} from "../../../lib/interactions/formulas/additive_logits.ts";
import { fidelity } from "../../../lib/interactions/formulas/fidelity.ts";
import { leastSingularValue } from "../../../lib/interactions/formulas/identifiability.ts";

const LOGITS = {
  both: [1, 0, -1],
  withoutI: [0.5, 0.2, -1],
  withoutJ: [0.8, -0.3, 0],
  neither: [0.1, 0.1, 0.2],
};

Deno.test("additiveKl(), lossInteraction() and logitInteraction() worked by hand", () => {
  [0.3, -0.1, 0].forEach((x, n) => assertAlmostEquals(additiveLogits(LOGITS)[n], x, 1e-12));
  assertAlmostEquals(additiveKl(LOGITS), 0.018212800, 1e-8);
  assertAlmostEquals(lossInteraction(LOGITS, 0), 0.287869214, 1e-8);
  [-0.2, 0.2, 0.2].forEach((x, n) => assertAlmostEquals(logitInteraction(LOGITS)[n], x, 1e-12));
});

Deno.test("additiveKl() is 0 where ablations add up, whatever is added to all logits", () => {
  const neither = additiveLogits(LOGITS).map((x) => x + 700);
  assertAlmostEquals(additiveKl({ ...LOGITS, neither }), 0, 1e-12);
});

Deno.test("fidelity() is the share of the loss that a scheme keeps", () => {
  assertAlmostEquals(fidelity({ model: 1.5, zero: 4, scheme: 2.2 }), 0.72, 1e-12);
  assertEquals(fidelity({ model: 1.5, zero: 4, scheme: 4 }), 0);
});

Deno.test("leastSingularValue() tells directions that share from those that do not", () => {
  assertAlmostEquals(leastSingularValue([[1, 0], [0.6, 0.8]]), 0.632455532, 1e-8);
  assertAlmostEquals(leastSingularValue([[3, 0, 0], [0, 0, 0.2]]), 1, 1e-12); // lengths do not count
  assertAlmostEquals(leastSingularValue([[1, 2, 0], [0, 1, 1], [1, 3, 1]]), 0, 1e-12);
  assertEquals(leastSingularValue([[1, 0], [0, 1], [1, 1]]), 0); // three in a plane
  assertEquals(leastSingularValue([]), NaN);
  assertThrows(() => leastSingularValue([[1, 0], [0, 0]]), RangeError, "found row 1 of zeros");
});
