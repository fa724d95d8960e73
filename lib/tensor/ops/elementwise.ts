/** Elementwise work over whole tensors, split where a tensor exceeds one binding. @module */
import { loadKernel } from "../../gpu/kernel.ts";
import elementwise from "../../../kernels/elementwise.wgsl" with { type: "text" };
import { empty, type Tensor } from "../tensor.ts";
import { flatChunks, gridFor } from "./grid.ts";

type Entry =
  | "add"
  | "subtract"
  | "add_to"
  | "scale"
  | "fill"
  | "gelu"
  | "gelu_backward";

/** Binds the same range of each tensor in turn and covers it with vec4f invocations. */
export function runElementwise(
  entry: Entry,
  tensors: Record<string, Tensor | undefined>,
  factor = 0,
): void {
  const present = Object.entries(tensors).filter(([, t]) => t) as [string, Tensor][];
  const [, first] = present[0];
  for (const [name, tensor] of present) {
    if (tensor.size !== first.size) {
      throw new RangeError(
        `Cannot run ${entry}: expected tensors of one size but found [${first.shape}] ` +
          `and [${tensor.shape}] (${name}): pass equal shapes`,
      );
    }
  }
  const { gpu } = first;
  const kernel = loadKernel(gpu, { name: "elementwise", source: elementwise, entry });
  for (const [start, size] of flatChunks(gpu, first.size)) {
    const { workgroups, stride } = gridFor(size / 4, 256);
    const bindings = Object.fromEntries(present.map(([name, { storage, offset }]) => [name, {
      buffer: storage.buffer,
      offset: 4 * (offset + start),
      size: 4 * size,
    }]));
    gpu.recorder.dispatch(kernel, {
      bindings,
      params: { count4: size / 4, stride, factor },
      workgroups,
    });
  }
}

/** a + b (or a copy of a, where b is missing) into `out`, a new tensor by default. */
export function add(
  a: Tensor,
  b: Tensor | undefined,
  out: Tensor = empty(a.gpu, a.shape),
): Tensor {
  if (b) runElementwise("add", { a, b, out });
  else runElementwise("scale", { a, out }, 1);
  return out;
}

/** a − b, a new tensor. */
export function subtract(a: Tensor, b: Tensor): Tensor {
  const out = empty(a.gpu, a.shape);
  runElementwise("subtract", { a, b, out });
  return out;
}

/** target += a. */
export function addTo(target: Tensor, a: Tensor): void {
  runElementwise("add_to", { a, out: target });
}

/** out = factor · a. */
export function scaleInto(out: Tensor, a: Tensor, factor: number): void {
  runElementwise("scale", { a, out }, factor);
}

/** Every value, padding included, becomes `value`; only zero leaves the padding as it must be. */
export function fill(target: Tensor, value: 0): void {
  runElementwise("fill", { out: target }, value);
}
