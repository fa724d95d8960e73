/**
 * Matrices [out, in] with a norm folded in or a mean taken away: computed in float64, rounded once.
 * @module
 */
import type { HostArray } from "../../io/host_array.ts";

/** The parameters of a norm [in]; RMS norm has no `b`. */
export type Norm = { w: Float32Array; b?: Float32Array };

/** A matrix and the bias behind it, which is rounded when it is stored. */
export type Affine = { W: HostArray; b?: Float64Array };

/**
 * What W (w ∘ x + b_norm) + bias is of the normalised x alone: W diag(w), and bias + W b_norm. Where
 * the norm takes the mean of x away (it has a `b`), so do the rows: W x̂ is then the same. `centre`
 * takes the mean over all rows away, from the bias too.
 */
export function foldInto(
  W: HostArray,
  { norm, bias, centre = false }: { norm?: Norm; bias?: ArrayLike<number>; centre?: boolean },
): Affine {
  const [out, width] = W.shape, data = new Float32Array(W.data.length);
  const row = new Float64Array(width), mean = new Float64Array(width);
  for (let at = 0; centre && at < data.length; at += width) {
    foldRow(row, W.data, { at, norm });
    for (let i = 0; i < width; i++) mean[i] += row[i] / out;
  }
  for (let at = 0; at < data.length; at += width) {
    foldRow(row, W.data, { at, norm });
    for (let i = 0; i < width; i++) data[at + i] = row[i] - mean[i];
  }
  const b = norm?.b ? plus(times(W, norm.b), bias) : bias && Float64Array.from(bias);
  return { W: { shape: [out, width], data }, b: b && centre ? centred(b) : b };
}

/** The row of W that begins at `at`, into `row`. */
function foldRow(
  row: Float64Array,
  W: Float32Array,
  { at, norm }: { at: number; norm: Norm | undefined },
): void {
  const { length } = row;
  if (norm === undefined) { for (let i = 0; i < length; i++) row[i] = W[at + i]; }
  else for (let i = 0; i < length; i++) row[i] = W[at + i] * norm.w[i];
  if (norm?.b) takeMean(row);
}

/** Takes the mean of the numbers from them, in place. */
function takeMean(values: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  for (let i = 0; i < values.length; i++) values[i] -= mean;
}

/** Every row of a table [n, d] with mean 0. */
export function centreRows({ shape, data }: HostArray): HostArray {
  const width = shape[1], result = new Float32Array(data.length), row = new Float64Array(width);
  for (let at = 0; at < data.length; at += width) {
    foldRow(row, data, { at, norm: undefined });
    takeMean(row);
    result.set(row, at);
  }
  return { shape, data: result };
}

/** The numbers less their mean. */
export function centred(values: ArrayLike<number>): Float64Array {
  const list = Float64Array.from(values);
  takeMean(list);
  return list;
}

/** W v: W [out, in], v [in] → [out]. */
export function times(W: HostArray, v: ArrayLike<number>): Float64Array {
  const [out, width] = W.shape;
  return Float64Array.from({ length: out }, (_, row) => {
    let sum = 0;
    for (let i = 0, at = row * width; i < width; i++) sum += W.data[at + i] * v[i];
    return sum;
  });
}

/** a + b; b is nothing where there is none. */
export function plus(a: Float64Array, b: ArrayLike<number> | undefined): Float64Array {
  return b ? a.map((value, i) => value + b[i]) : a;
}
