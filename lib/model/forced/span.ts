/** Where a trigger stands in a prompt. @module */

/** Tokens [from, to) of a prompt. */
export type Span = [from: number, to: number];

/** Where the longer prompt has what the other one, equal before and behind, has not. */
export function insertedSpan(longer: Uint32Array, other: Uint32Array): Span {
  const more = longer.length - other.length;
  let from = 0;
  while (from < other.length && longer[from] === other[from]) from++;
  const rest = other.subarray(from), behind = longer.subarray(from + more);
  if (more > 0 && behind.length === rest.length && behind.every((id, n) => id === rest[n])) {
    return [from, from + more];
  }
  throw new RangeError(
    "Cannot find a trigger: expected a prompt that is another one with tokens put in but found " +
      `${longer.length} and ${other.length} tokens that differ elsewhere: pass prompts of one story`,
  );
}
