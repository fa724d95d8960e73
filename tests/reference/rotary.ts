/**
 * Rotary position embedding in float64: of each head, numbers d and d + rotary_dim / 2 turn by position · frequency[d].
 *
 * @module
 */

export type RotaryOptions = {
  /** batch, pos, n_heads, d_head */
  shape: [number, number, number, number];
  /** Radians a position, one for each pair. */
  frequencies: ArrayLike<number>;
  /** Multiplies cosine and sine. */
  factor?: number;
  /** The position of the first token of each sequence. */
  positions?: ArrayLike<number>;
};

/** x [batch, pos, n_heads, d_head] → the same, turned; `back` turns the other way, which is the gradient. */
export function rotary(
  x: ArrayLike<number>,
  { shape: [batch, pos, n_heads, d_head], frequencies, factor = 1, positions }: RotaryOptions,
  { back = false } = {},
): Float64Array {
  const y = Float64Array.from(x), half = frequencies.length;
  for (let head = 0; head < batch * pos * n_heads; head++) {
    const p = Math.floor(head / n_heads) % pos, b = Math.floor(head / n_heads / pos);
    for (let d = 0; d < half; d++) {
      const angle = ((positions?.[b] ?? 0) + p) * frequencies[d] * (back ? -1 : 1);
      const [i, j] = [head * d_head + d, head * d_head + d + half];
      y[i] = factor * (x[i] * Math.cos(angle) - x[j] * Math.sin(angle));
      y[j] = factor * (x[j] * Math.cos(angle) + x[i] * Math.sin(angle));
    }
  }
  return y;
}
