/** Are these the tensors that an operation needs? Shapes and types are checked, not padded sizes. @module */
import type { Tensor } from "./tensor.ts";

/** What an operation wants of a tensor: its type, and its shape where that is known. */
export type Wanted = { dtype?: "f32" | "u32"; shape?: readonly number[] };

/**
 * Throws unless each tensor has the wanted type (f32 where none is named) and shape, and all are on one device:
 * `Cannot ${action}: expected ${name} f32 [5] but found f32 [7]: ${todo}`.
 */
export function expectTensors(
  action: string,
  tensors: Record<string, [Tensor | undefined, Wanted?]>,
  todo = "check the shapes",
): void {
  let first: Tensor | undefined;
  for (const [name, [tensor, wanted = {}]] of Object.entries(tensors)) {
    if (tensor === undefined) continue;
    first ??= tensor;
    const { dtype = "f32", shape } = wanted;
    const fits = shape === undefined || sameShape(tensor.shape, shape);
    if (!fits || tensor.dtype !== dtype) {
      const expected = shape === undefined ? dtype : `${dtype} [${shape}]`;
      throw new RangeError(
        `Cannot ${action}: expected ${name} ${expected} but found ${tensor.dtype} [${tensor.shape}]: ` +
          (fits
            ? `upload ${dtype === "u32" ? "ids with uploadIds" : "numbers with upload"}`
            : todo),
      );
    }
    if (tensor.gpu !== first.gpu) {
      throw new TypeError(
        `Cannot ${action}: expected tensors of one device but found ${name} on another: ` +
          "open one Gpu and make all tensors with it",
      );
    }
  }
}

/** Equal lengths of all axes. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, axis) => n === b[axis]);
}
