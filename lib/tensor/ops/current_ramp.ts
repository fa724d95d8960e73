/** What a training's schedule says of the step that is running. @module */
import source from "../../../kernels/current_ramp.wgsl" with { type: "text" };
import { launch } from "../launch.ts";
import { empty, type Tensor } from "../tensor.ts";

/** schedule [1 + steps, 4] of a training → the ramp of this step [1]: a constant to a tape. */
export function currentRamp(schedule: Tensor): Tensor {
  const out = empty(schedule.gpu, [1]);
  launch(schedule.gpu, { name: "current_ramp", source, entry: "main" }, {
    tensors: { schedule, out },
    workgroups: 1,
  });
  return out;
}
