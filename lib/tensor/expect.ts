/**
 * Are these the tensors that an operation needs? Shapes and types are checked, not padded sizes.
 * @module
 */
import { show } from "../io/show.ts";
import { Tensor } from "./tensor.ts";

/**
 * What an operation wants of a tensor: its type (f32 where none is named), and its shape where that
 * is known; `row` is a shape of that many values in one row, whatever axes of length 1 stand before
 * it. An `optional` tensor may be undefined.
 */
export type Wanted = {
  dtype?: "f32" | "u32" | "any";
  shape?: readonly number[];
  row?: number;
  optional?: boolean;
};

/**
 * Throws unless each is a tensor of the wanted type and shape, and all are on one device:
 * `Cannot ${action}: expected ${name} [5] but found [7]: ${todo}`.
 */
export function expectTensors(
  action: string,
  tensors: Record<string, [Tensor | undefined, Wanted?]>,
  todo = "check the shapes",
): void {
  let first: Tensor | undefined;
  for (const [name, [tensor, wanted = {}]] of Object.entries(tensors)) {
    if (tensor === undefined && wanted.optional) continue;
    if (!(tensor instanceof Tensor)) {
      throw new TypeError(
        `Cannot ${action}: expected tensor ${name} but found ${
          show(tensor)
        }: make one with upload, or pass the ` +
          "result of an operation",
      );
    }
    first ??= tensor;
    const { row } = wanted;
    const dtype = wanted.dtype === "any" ? tensor.dtype : wanted.dtype ?? "f32";
    const shape = row === undefined ? wanted.shape : [row];
    const flat = row !== undefined && tensor.rows === 1 ? [tensor.columns] : tensor.shape;
    const fits = shape === undefined || sameShape(flat, shape);
    if (!fits || tensor.dtype !== dtype) {
      const typed = tensor.dtype === dtype && dtype === "f32"
        ? (_: string, axes: readonly number[]) => `[${axes}]`
        : (type: string, axes: readonly number[]) => `${type} [${axes}]`;
      throw new RangeError(
        `Cannot ${action}: expected ${name} ${typed(dtype, shape ?? tensor.shape)} but found ` +
          `${typed(tensor.dtype, tensor.shape)}: ` +
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
