/** What is subtracted at hook points of a pass, token by token. @module */
import type { Edit } from "../hook_points.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { view } from "../../tensor/ops/reshape.ts";
import { subtract } from "../../tensor/ops/arithmetic.ts";
import { type Tensor, upload } from "../../tensor/tensor.ts";

/** By hook point, [tokens, width]. */
export type Shift = Map<string, { width: number; data: Float32Array }>;

/** Edits that subtract it; dispose of them when done. */
export function editsOfShift(
  gpu: Gpu,
  shift: Shift,
): { edits: Record<string, Edit>; [Symbol.dispose](): void } {
  using owned = new DisposableStack();
  const edits: Record<string, Edit> = {};
  for (const [hook, { width, data }] of shift) {
    const tensor = owned.use(upload(gpu, { shape: [data.length / width, width], data }));
    edits[hook] = (x: Tensor) => subtract(x, view(tensor, x.shape));
  }
  const kept = owned.move();
  return { edits, [Symbol.dispose]: () => kept.dispose() };
}
