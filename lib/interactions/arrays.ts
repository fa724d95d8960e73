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
