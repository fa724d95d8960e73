/**
 * How values lie in memory: rows padded with zeros to a multiple of four, so that kernels may move
 * vec4f.
 * @module
 */

/**
 * Offsets of slices that are bound on their own must be multiples of this many values (256 bytes).
 */
export const ALIGNMENT = 64;

/** A tensor's sizes: `pitch` values from one row to the next. */
export type Layout = {
  shape: readonly number[];
  dtype: "f32" | "u32";
  rows: number;
  columns: number;
  pitch: number;
};

/** n rounded up to a multiple of four. */
export function padded(n: number): number {
  return Math.ceil(n / 4) * 4;
}

/** Values as they lie in memory, padding added. */
export function memoryOf(
  data: Float32Array | Uint32Array | number[],
  { dtype, rows, columns, pitch }: Layout,
): Float32Array | Uint32Array {
  const Values = dtype === "u32" ? Uint32Array : Float32Array;
  const values = data instanceof Values ? data : Values.from(data);
  if (pitch === columns) return values;
  const wide = new Values(rows * pitch);
  for (let r = 0; r < rows; r++) {
    wide.set(values.subarray(r * columns, (r + 1) * columns), r * pitch);
  }
  return wide;
}

/**
 * The values that lie in a buffer, padding dropped, u32 values as floats: throws where one of them
 * is above 2^24, which a float would round.
 */
export function floatsOf(buffer: ArrayBuffer, layout: Layout): Float32Array {
  if (layout.dtype === "f32") return unpad(new Float32Array(buffer), layout);
  const values = unpad(new Uint32Array(buffer), layout); // what pads it may be anything
  const large = values.find((value) => value > 2 ** 24);
  if (large !== undefined) {
    throw new RangeError(
      `Cannot read u32 tensor [${layout.shape}] as floats: expected values up to 2^24 but found ${large}: ` +
        "use readIds",
    );
  }
  return Float32Array.from(values);
}

/** Values without the padding of their rows. */
export function unpad<T extends Float32Array | Uint32Array>(
  values: T,
  { rows, columns, pitch }: Layout,
): T {
  if (pitch === columns) return values;
  const result = new (values.constructor as new (length: number) => T)(rows * columns);
  for (let r = 0; r < rows; r++) {
    result.set(values.subarray(r * pitch, r * pitch + columns), r * columns);
  }
  return result;
}
