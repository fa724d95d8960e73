// The running mean of the smallest value kept, against its recursion in float64.
import { assertAlmostEquals } from "@std/assert";
import { runningMeanInto } from "../../../lib/crosscoder/running_mean.ts";
import { upload, zeros } from "../../../lib/tensor/tensor.ts";
import { devices } from "../../tensor/gpu_util.ts";

const { gpu } = devices[0];

Deno.test("runningMeanInto() waits for its first step, then forgets by beta", async () => {
  const mean = zeros(gpu, [2]), beta = 0.9, start = 3;
  let m = 0, w = 0;
  for (let step = 0; step < 12; step++) {
    const schedule = upload(gpu, { shape: [1, 4], data: Float32Array.of(step, 0, 0, 0) });
    const value = 1 + step * step;
    runningMeanInto(mean, upload(gpu, { shape: [1], data: Float32Array.of(value) }), {
      schedule,
      beta,
      start,
    });
    if (step >= start) [m, w] = [beta * m + (1 - beta) * value, beta * w + (1 - beta)];
    const [found, weight] = await mean.read();
    assertAlmostEquals(weight, w, 1e-6);
    assertAlmostEquals(found, m, 1e-4 * (1 + m));
  }
});
