/**
 * The number types of safetensors and their way to float32.
 *
 * @module
 */

const WIDTHS: Record<string, number> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
};

/** Bytes of one value of a dtype, undefined when the format knows no such name. */
export function widthOf(dtype: unknown): number | undefined {
  return typeof dtype === "string" && Object.hasOwn(WIDTHS, dtype) ? WIDTHS[dtype] : undefined;
}

/**
 * Little-endian values as float32, always a copy, so unaligned bytes are fine. F16 and BF16 are exact,
 * F64 is rounded to the nearest. Undefined for types that hold no real numbers or no exact ones.
 */
export function toFloat32(bytes: Uint8Array, dtype: string): Float32Array | undefined {
  const { buffer } = bytes.slice();
  switch (dtype) {
    case "F32":
      return new Float32Array(buffer);
    case "F64":
      return Float32Array.from(new Float64Array(buffer));
    case "F16":
      return Float32Array.from(new Float16Array(buffer));
    case "BF16":
      return new Float32Array(
        Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer,
      );
    default:
      return undefined;
  }
}
