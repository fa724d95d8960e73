/**
 * Does a latent come again when S is trained from another seed? Its best cosine with any latent of
 * another dictionary.
 *
 * Decoders are compared over all sites together. Folded ones are in activation units, where sites of
 * larger norm weigh more; site-scaled ones have each site in the unit that training saw, mean norm
 * √d_in.
 *
 * @module
 */
import { type HostArray, sizeOf } from "../../io/host_array.ts";
import { expectNumbers } from "../../numerics/numbers.ts";

/** Norms below this count as this: a decoder of zeros matches nothing, as in rotation(). */
const EPS = 1e-6;

/** Latents of one dictionary that are compared with all of the other at a time. */
const BLOCK = 16;

/**
 * For each latent of `W_dec` its largest cosine with a latent of `other`, [d_sae]; both
 * [d_sae, n_sites, d_in], numbers of latents may differ. `scale` [n_sites], where given, multiplies
 * each site of both. Throws on unlike sites.
 */
export function bestCosines(
  W_dec: HostArray,
  other: HostArray,
  { scale }: { scale?: readonly number[] } = {},
): Float64Array {
  const [, n_sites, d_in] = W_dec.shape, length = n_sites * d_in;
  if (String(W_dec.shape.slice(1)) !== String(other.shape.slice(1))) {
    throw new RangeError(
      `Cannot match latents: expected decoders of [${W_dec.shape.slice(1)}] but found ` +
        `[${other.shape.slice(1)}]: take dictionaries of one model and its sites`,
    );
  }
  const [ours, theirs] = [W_dec, other].map((decoder) => unitRows(decoder, { length, scale }));
  const best = new Float64Array(W_dec.shape[0]).fill(-1);
  for (let first = 0; first < best.length; first += BLOCK) {
    const end = Math.min(best.length, first + BLOCK); // a block of ours stays in the cache
    for (let j = 0; j < theirs.length; j += length) {
      for (let i = first; i < end; i++) {
        const dot = product(ours, theirs, { i: i * length, j, length });
        if (dot > best[i]) best[i] = dot;
      }
    }
  }
  return best;
}

/**
 * How well each latent of S comes again, [d_sae]: the mean over the other dictionaries of its best
 * cosine. Throws on no other dictionary.
 */
export function stabilityOf(
  S: HostArray,
  others: readonly HostArray[],
  options: { scale?: readonly number[] } = {},
): Float64Array {
  if (others.length === 0) {
    throw new RangeError(
      "Cannot take stability: expected other dictionaries but found none: train S from another seed",
    );
  }
  const sum = new Float64Array(S.shape[0]);
  for (const other of others) {
    bestCosines(S, other, options).forEach((cosine, i) => sum[i] += cosine / others.length);
  }
  return sum;
}

function unitRows(
  { shape, data }: HostArray,
  { length, scale }: { length: number; scale?: readonly number[] },
): Float32Array {
  expectNumbers("match latents", data, { todo: "look at the crosscoder that they come from" });
  const rows = new Float32Array(sizeOf(shape)), d_in = shape[2];
  for (let start = 0; start < rows.length; start += length) {
    let square = 0;
    for (let k = 0; k < length; k++) {
      const value = data[start + k] * (scale?.[Math.floor(k / d_in)] ?? 1);
      rows[start + k] = value;
      square += value * value;
    }
    const norm = Math.max(Math.sqrt(square), EPS);
    for (let k = 0; k < length; k++) rows[start + k] /= norm;
  }
  return rows;
}

function product(
  a: Float32Array,
  b: Float32Array,
  { i, j, length }: { i: number; j: number; length: number },
): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += a[i + k] * b[j + k];
  return sum;
}
