/**
 * Elementwise work over whole tensors, split where a tensor exceeds one binding: kernels alone,
 * which write into tensors that are there and note no gradient. arithmetic.ts has the operations.
 * @module
 */
import elementwise from "../../../kernels/elementwise.wgsl" with { type: "text" };
import { launch } from "../launch.ts";
import type { Tensor } from "../tensor.ts";
import { flatChunks } from "./grid.ts";

type Entry =
  | "add"
  | "subtract"
  | "multiply"
  | "add_to"
  | "subtract_from"
  | "scale"
  | "fill"
  | "gelu"
  | "gelu_backward";

/** Binds the same range of each tensor in turn and covers it with vec4f invocations. */
export function elementwiseInto(
  entry: Entry,
  tensors: Record<string, Tensor | undefined>,
  factor = 0,
): void {
  const present = Object.entries(tensors).filter(([, t]) => t) as [string, Tensor][];
  const [, first] = present[0];
  const { shape, rows, columns } = first;
  for (const [name, tensor] of present) {
    if (tensor.rows === rows && tensor.columns === columns && tensor.dtype === "f32") continue;
    throw new RangeError(
      `Cannot run ${entry}: expected ${name} f32 [${shape}] but found ${tensor.dtype} [${tensor.shape}]: ` +
        "pass equal shapes",
    );
  }
  const { gpu } = first;
  const kernel = { name: "elementwise", source: elementwise, entry };
  for (const [start, size] of flatChunks(gpu, first.size)) {
    const parts = present.map(([name, tensor]) => [name, tensor.part(start, size)]);
    launch(gpu, kernel, {
      tensors: Object.fromEntries(parts),
      params: { count4: size / 4, factor },
      invocations: size / 4,
    });
  }
}

/** target += a. */
export function addInto(target: Tensor, a: Tensor): void {
  elementwiseInto("add_to", { a, out: target });
}

/** out = factor · a. */
export function scaleInto(out: Tensor, a: Tensor, factor: number): void {
  elementwiseInto("scale", { a, out }, factor);
}

/** out = a. */
export function copyInto(out: Tensor, a: Tensor): void {
  scaleInto(out, a, 1);
}

/** Every value, padding included, becomes `value`; only zero leaves the padding as it must be. */
export function fillInto(target: Tensor, value: 0): void {
  elementwiseInto("fill", { out: target }, value);
}
