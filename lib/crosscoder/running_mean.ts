/** A mean over the steps of a training that forgets the older ones. @module */
import source from "../../kernels/running_mean.wgsl" with { type: "text" };
import { launch } from "../tensor/launch.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * mean [2] = (β m + (1 − β) value, β w + (1 − β)) from step `start` on, counted from 0; the mean is
 * m / w.
 */
export function runningMeanInto(
  mean: Tensor,
  value: Tensor,
  { schedule, beta, start }: { schedule: Tensor; beta: number; start: number },
): void {
  launch(value.gpu, { name: "running_mean", source, entry: "main" }, {
    tensors: { schedule, value, mean },
    params: { beta, start },
    workgroups: 1,
  });
}
