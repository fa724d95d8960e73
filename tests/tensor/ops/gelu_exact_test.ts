// Values: torch.nn.functional.gelu of torch 2.13.0 in float64, and its gradient.
import { assert } from "@std/assert";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { geluExact } from "../../../lib/tensor/ops/gelu_exact.ts";
import { sum } from "../../../lib/tensor/ops/sum.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import * as reference from "../../reference/gelu_exact.ts";
import { devices, takenForGpu } from "../gpu_util.ts";

const PYTORCH = [
  [-5.0, -1.4332578593401202e-06, -7.1469460018034646e-06],
  [-3.0, -0.00404969409489031, -0.01194564720418392],
  [-1.5, -0.10021080190328704, -0.1274691922299796],
  [-1.0, -0.15865525393145702, -0.08331547058768635],
  [-0.5, -0.15426876936299344, 0.13250487534383712],
  [-0.125, -0.056282721896235885, 0.4007820643017934],
  [0.0, 0.0, 0.5],
  [0.125, 0.06871727810376412, 0.5992179356982066],
  [0.5, 0.34573123063700656, 0.8674951246561629],
  [1.0, 0.841344746068543, 1.0833154705876864],
  [1.5, 1.399789198096713, 1.1274691922299795],
  [3.0, 2.99595030590511, 1.011945647204184],
  [5.0, 4.999998566742141, 1.000007146946002],
  [8.0, 7.999999999999995, 1.0000000000000397],
];

Deno.test("the reference of geluExact() is PyTorch's in float64", () => {
  for (const [x, y, slope] of PYTORCH) {
    const found = [reference.geluExact(x), reference.geluExactSlope(x)];
    [y, slope].forEach((expected, i) => {
      const most = Math.max(1e-12 * Math.abs(expected), 1e-16); // PyTorch's own tail is 1 + erf
      assert(Math.abs(found[i] - expected) <= most, `at ${x}: ${found[i]}, not ${expected}`);
    });
  }
});

for (const { gpu, name } of [...devices, await takenForGpu()]) {
  Deno.test(`geluExact() keeps seven places of itself, tails included, ${name}`, async () => {
    const X = Float32Array.from({ length: 241 }, (_, i) => (i - 120) / 10);
    using x = upload(gpu, { shape: [X.length], data: X });
    x.requiresGrad = true;
    const found = await geluExact(x).read();
    withGradients(gpu, [x], () => sum(geluExact(x)));
    const slopes = await x.gradSlot!.read();
    X.forEach((value, i) => {
      const y = reference.geluExact(value), slope = reference.geluExactSlope(value);
      // Vulkan lets e^x be wrong by 3 + 2 |x| units in the last place; lavapipe's keeps within (1 + x²) · 4e-7.
      const most = (2 + value * value) * 4e-7;
      assert(
        Math.abs(found[i] - y) <= most * Math.abs(y) + 1e-37,
        `at ${value}: ${found[i]}, not ${y}`,
      );
      const size = Math.abs(y / (value || 1)) + Math.abs(slope);
      assert(
        Math.abs(slopes[i] - slope) <= most * size + 1e-36,
        `slope at ${value}: ${slopes[i]}, not ${slope}`,
      );
    });
  });
}
