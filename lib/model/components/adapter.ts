/** What a low-rank adapter adds to a linear layer. @module */
import { scale as scaled } from "../../tensor/ops/arithmetic.ts";
import { dropout as dropped, type DropoutOptions } from "../../tensor/ops/dropout.ts";
import { linear } from "../../tensor/ops/linear.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { HookPoints } from "../hook_points.ts";

/** A [r, in], B [out, r]; `dropout` is what a step of a training drops of the input. */
export type Adapter = { A: Tensor; B: Tensor; scale: number; dropout?: DropoutOptions };

/**
 * y + scale · dropout(x) Aᵀ Bᵀ (Hu et al. 2021, arXiv 2106.09685, equation 3): x [..., in], y the
 * layer's own result [..., out], which is given up here.
 */
export function adapted(
  points: HookPoints,
  { x, y }: { x: Tensor; y: Tensor },
  { A, B, scale, dropout }: Adapter,
): Tensor {
  const seen = dropout === undefined ? x : dropped(x, dropout);
  const low = linear(seen, A), weighed = scaled(low, scale);
  const result = linear(weighed, B, { addend: y });
  points.drop(y, low, weighed, ...(seen === x ? [] : [seen]));
  return result;
}
