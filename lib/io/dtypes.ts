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
 * Little-endian values as float32; unaligned bytes are fine, and F32 bytes that fill a buffer of
 * their own are that buffer. F16 and BF16 are exact, F64 is rounded to the nearest. Undefined for
 * types that hold no real numbers or no exact ones.
 */
export function toFloat32(
  bytes: Uint8Array,
  dtype: string,
): Float32Array<ArrayBuffer> | undefined {
  switch (dtype) {
    case "F32":
      return new Float32Array(ownBuffer(bytes));
    case "F64":
      return new Float32Array(new Float64Array(ownBuffer(bytes)));
    case "F16":
      return new Float32Array(new Float16Array(ownBuffer(bytes)));
    case "BF16": {
      const halves = new Uint16Array(ownBuffer(bytes)), bits = new Uint32Array(halves.length);
      for (let i = 0; i < halves.length; i++) bits[i] = halves[i] << 16;
      return new Float32Array(bits.buffer);
    }
    default:
      return undefined;
  }
}

/** A buffer with these bytes and no others. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, length } = bytes;
  const whole = buffer instanceof ArrayBuffer && length === buffer.byteLength;
  return whole ? buffer : bytes.slice().buffer;
}

/**
 * BOOL and whole numbers as float32. Undefined for other types, for values that float32 has not,
 * and for a BOOL above 1.
 */
export function integersToFloat32(
  bytes: Uint8Array,
  dtype: string,
): Float32Array<ArrayBuffer> | undefined {
  const whole = wholeNumbers(ownBuffer(bytes), dtype);
  if (whole === undefined) return undefined;
  if (dtype === "BOOL" && whole.some((value) => value > 1)) return undefined;
  const values = Float32Array.from(whole as ArrayLike<number>, Number);
  const exact = values.every((value, i) =>
    typeof whole[i] === "bigint" ? BigInt(value) === whole[i] : value === whole[i]
  );
  return exact ? values : undefined;
}

function wholeNumbers(buffer: ArrayBuffer, dtype: string) {
  switch (dtype) {
    case "BOOL":
    case "U8":
      return new Uint8Array(buffer);
    case "I8":
      return new Int8Array(buffer);
    case "I16":
      return new Int16Array(buffer);
    case "U16":
      return new Uint16Array(buffer);
    case "I32":
      return new Int32Array(buffer);
    case "U32":
      return new Uint32Array(buffer);
    case "I64":
      return new BigInt64Array(buffer);
    case "U64":
      return new BigUint64Array(buffer);
  }
}
