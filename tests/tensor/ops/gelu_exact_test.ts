// Values: torch.nn.functional.gelu of torch 2.13.0 in float32, and its gradient.
import { assert } from "@std/assert";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { geluExact } from "../../../lib/tensor/ops/gelu_exact.ts";
import { sum } from "../../../lib/tensor/ops/sum.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { devices } from "../gpu_util.ts";

const X = [-8, -5, -3, -1.5, -1, -0.5, -0.1, -1e-3, 0, 1e-3, 0.1, 0.5, 1, 1.5, 3, 5, 8];
// deno-fmt-ignore
const Y = [
  0, -1.1920929e-06, -0.00405022502, -0.10021086, -0.158655256, -0.154268771, -0.0460172184, -0.000499601068, 0,
  0.000500398979, 0.0539827831, 0.345731229, 0.841344714, 1.39978909, 2.99594975, 4.99999905, 8,
];
// deno-fmt-ignore
const GRAD = [
  0, -7.12275505e-06, -0.0119456053, -0.127469152, -0.0833154321, 0.13250491, 0.420476824, 0.499202192, 0.5,
  0.500797808, 0.579523146, 0.86749506, 1.08331537, 1.12746918, 1.01194561, 1.00000715, 1,
];

for (const { gpu, name } of devices) {
  Deno.test(`geluExact() and its gradient are PyTorch's, ${name}`, async () => {
    using x = upload(gpu, { shape: [X.length], data: Float32Array.from(X) });
    x.requiresGrad = true;
    const y = geluExact(x);
    const found = await y.read();
    withGradients(gpu, [x], () => sum(geluExact(x)));
    const grad = await x.gradSlot!.read();
    X.forEach((value, i) => {
      const most = 3e-7 * Math.max(1, Math.abs(value));
      assert(Math.abs(found[i] - Y[i]) <= most, `gelu(${value}) is ${found[i]}, not ${Y[i]}`);
      assert(Math.abs(grad[i] - GRAD[i]) <= most, `its slope at ${value} is ${grad[i]}`);
    });
  });
}
