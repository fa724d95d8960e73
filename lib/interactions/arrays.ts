/** Lists of numbers of one kind. @module */

/** One behind the other; of no list it cannot tell the kind, so there has to be one. */
export function concatenated<T extends Uint32Array | Float32Array | Float64Array>(parts: T[]): T {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = new (parts[0].constructor as new (length: number) => T)(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** ‖·‖ of each of `rows` rows, in float64: [rows, columns] → [rows]. */
export function rowNorms(data: ArrayLike<number>, rows: number): Float64Array {
  const columns = data.length / rows;
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let at = row * columns; at < (row + 1) * columns; at++) sum += data[at] * data[at];
    return Math.sqrt(sum);
  });
}

/** [rows, columns] → [columns, rows]. */
export function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  return data.map((_, at) => data[(at % rows) * columns + Math.floor(at / rows)]);
}
