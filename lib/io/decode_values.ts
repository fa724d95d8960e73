/**
 * The values of one tensor of a file as float32, whatever the file's format.
 *
 * @module
 */
import { integersToFloat32, toFloat32 } from "./dtypes.ts";
import type { Fail } from "./safetensors_header.ts";
import { showName } from "./show.ts";

type Options = { fail: Fail; integers?: (name: string) => boolean };

const REAL = new Set(["F32", "F16", "BF16", "F64"]);

/**
 * Throws where a tensor's type cannot be read: 8-bit floats, and BOOL and whole numbers unless
 * `integers` says that a tensor of this name may hold them.
 */
export function expectReadable(
  { name, dtype }: { name: string; dtype: string },
  { fail, integers = () => false }: Options,
): void {
  if (REAL.has(dtype) || integers(name) && !dtype.startsWith("F8")) return;
  fail(`dtype F32, F16, BF16 or F64 of tensor ${showName(name)}`, dtype, "convert it to float32");
}

/**
 * F32 as it is, F16 and BF16 exactly, F64 rounded, BOOL and whole numbers exactly. Throws as
 * expectReadable does, and on values that float32 has not. Bytes that fill a buffer of their own may
 * become the values without a copy.
 */
export function decodeValues(
  { name, dtype }: { name: string; dtype: string },
  bytes: Uint8Array,
  options: Options,
): Float32Array<ArrayBuffer> {
  expectReadable({ name, dtype }, options);
  const values = toFloat32(bytes, dtype) ?? integersToFloat32(bytes, dtype);
  const todo = ["convert it to float32", "scale the tensor"];
  if (values === undefined) {
    const whole = dtype === "BOOL" ? "are 0 or 1" : "float32 holds exactly";
    return options.fail(`values of ${showName(name)} that ${whole}`, `others in ${dtype}`, todo[0]);
  }
  if (dtype === "F64" && tooLarge(bytes, values)) {
    options.fail(`float64 values of ${showName(name)} within float32`, "a larger one", todo[1]);
  }
  return values;
}

/** Whether a finite float64 became infinite in float32. */
function tooLarge(source: Uint8Array, values: Float32Array): boolean {
  const doubles = new Float64Array(source.slice().buffer);
  return values.some((value, i) => !Number.isFinite(value) && Number.isFinite(doubles[i]));
}
