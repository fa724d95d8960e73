/**
 * Four-point differences on the device: what two removals do together, beyond what each does alone.
 * The logits of all variants stay there; three numbers an instance come back.
 *
 *   I(y) = y(x) − y(x∖i) − y(x∖j) + y(x∖ij)
 *
 * Derived here from the mixed difference of Archipelago (Tsang et al. 2020, arXiv 2006.10965) in the
 * context of the whole input.
 * @module
 */
import source from "../../../kernels/interactions/four_points.wgsl" with { type: "text" };
import { expectTensors } from "../../tensor/expect.ts";
import { launch } from "../../tensor/launch.ts";
import { rowGroupConstants, rowGroupKernel } from "../../tensor/ops/row_group.ts";
import { withoutGradient } from "../../tensor/tape.ts";
import { empty, type Tensor, uploadIds } from "../../tensor/tensor.ts";

/**
 * Where the four points of each instance lie: `at` u32 [4 instances] holds a row of the clean
 * tensor, x, and three rows of the other one, x∖i, x∖j, x∖ij; `targets` u32 [instances] the next
 * token, that of the loss.
 */
export type FourPoints = { clean: Tensor; rows: Tensor; at: Tensor; targets: Tensor };

/** ‖I(y)‖, ‖y(x) − y(x∖i)‖, ‖y(x) − y(x∖j)‖ and a zero by instance: [instances, 4]. */
export function fourPointNorms(given: FourPoints): Tensor {
  return run("norms", given);
}

/**
 * ‖I(l) − mean I(l)‖, KL(p(x∖ij) ‖ softmax(l(x∖i) + l(x∖j) − l(x))), I(loss of the target) and a
 * zero by instance, [instances, 4], of logits l; in nats.
 */
export function fourPointLogits(given: FourPoints): Tensor {
  return run("logits", given);
}

function run(entry: "norms" | "logits", { clean, rows, at, targets }: FourPoints): Tensor {
  const action = "take four-point differences";
  expectTensors(action, { rows: [rows], clean: [clean], targets: [targets, { dtype: "u32" }] });
  const { gpu, columns } = rows, instances = targets.columns;
  expectTensors(action, {
    clean: [clean, { shape: [...clean.shape.slice(0, -1), columns] }],
    at: [at, { dtype: "u32", shape: [4 * instances] }],
    targets: [targets, { dtype: "u32", shape: [instances] }],
  });
  for (const tensor of [clean, rows]) {
    if (4 * tensor.size <= gpu.maxBinding) continue;
    throw new RangeError(
      `Cannot ${action}: expected rows within a binding of ${gpu.maxBinding} bytes but found ` +
        `${4 * tensor.size}: take fewer rows at once`,
    );
  }
  const out = empty(gpu, [instances, 4]);
  const kernel = rowGroupKernel(gpu, { name: "interactions/four_points", source, entry });
  launch(gpu, kernel, {
    tensors: { clean, rows, at, targets: entry === "logits" ? targets : undefined, out },
    params: { instances, columns, ld: rows.pitch / 4 },
    invocations: instances * rowGroupConstants(gpu).LANES,
  });
  return withoutGradient("fourPoints", out, [clean, rows]);
}

/** Uploads the places of the four points and the targets of their instances. */
export function uploadPoints(
  given: Pick<FourPoints, "clean" | "rows">,
  { at, targets }: { at: Uint32Array; targets: Uint32Array },
): FourPoints {
  const { gpu } = given.rows;
  return {
    ...given,
    at: uploadIds(gpu, [at.length], at),
    targets: uploadIds(gpu, [targets.length], targets),
  };
}
