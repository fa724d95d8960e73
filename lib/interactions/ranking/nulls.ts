/**
 * Dictionaries that mean nothing: the activations of a crosscoder, with other decoder vectors. What
 * they show as well is no finding about features.
 *
 *   shuffled     each latent has the decoder vectors of another one, all its sites together
 *   random       independent normal directions
 *   covariance   normal directions with the covariance of the data, over all sites together
 *
 * The last two have at every site the norm of the vector that they stand for. Encoder and
 * thresholds stay; take the activations from the crosscoder itself. Derived here.
 *
 * @module
 */
import { checkCoder } from "../../crosscoder/check_coder.ts";
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { exactly, expectForm, maybe, oneOf, where } from "../../io/form.ts";
import { type Random, randomForm } from "../../numerics/random.ts";

/** What a ranking of pairs is compared with. */
export const NULLS = ["shuffled", "random", "covariance"] as const;
/** One of them. */
export type NullName = typeof NULLS[number];

/** `rows`: activations [n_sites · d_in] of some hundred tokens, for `covariance`. */
export type NullOptions = { kind: NullName; random: Random; rows?: readonly ArrayLike<number>[] };

const ACTION = "make a null dictionary";
const OPTIONS = exactly({
  kind: oneOf(NULLS),
  random: randomForm,
  rows: maybe(where("a list of rows of activations", Array.isArray)),
});

/**
 * The crosscoder with the decoder vectors of a null. Throws where `covariance` has no rows, or rows
 * of another length.
 */
export function nullCrosscoder(coder: Crosscoder, options: NullOptions): Crosscoder {
  checkCoder(ACTION, coder);
  const { kind, random, rows } = expectForm(ACTION, options, OPTIONS) as NullOptions;
  const { config: { d_sae, d_in, sites }, arrays } = coder, N = sites.length * d_in;
  const { shape, data } = arrays.W_dec;
  const make = {
    shuffled: () => shuffledRows(data, { N, order: random.permutation(d_sae) }),
    random: () => withNorms(random.normals(d_sae * N), { like: data, d_in }),
    covariance: () =>
      withNorms(mixtures(expectRows(rows, N), { random, d_sae }), { like: data, d_in }),
  }[kind];
  return { config: coder.config, arrays: { ...arrays, W_dec: { shape, data: make() } } };
}

function shuffledRows(data: Float32Array, { N, order }: { N: number; order: Uint32Array }) {
  return data.map((_, at) => data[order[Math.floor(at / N)] * N + at % N]);
}

/** Σ_t g_t (x_t − mean) with normal g: normal, with the covariance of the rows. */
function mixtures(
  rows: readonly ArrayLike<number>[],
  { random, d_sae }: { random: Random; d_sae: number },
): Float32Array {
  const N = rows[0].length, mean = new Float64Array(N), out = new Float32Array(d_sae * N);
  for (const row of rows) mean.forEach((_, n) => mean[n] += row[n] / rows.length);
  const centred = rows.map((row) => Float64Array.from(mean, (m, n) => row[n] - m));
  for (let i = 0; i < d_sae; i++) {
    const weights = random.normals(rows.length), sum = new Float64Array(N);
    centred.forEach((row, t) => {
      for (let n = 0; n < N; n++) sum[n] += weights[t] * row[n];
    });
    out.set(sum, i * N);
  }
  return out;
}

/** Every d_in numbers with the norm that `like` has there. */
function withNorms(
  data: Float32Array,
  { like, d_in }: { like: Float32Array; d_in: number },
): Float32Array {
  const norm = (values: Float32Array, from: number) => {
    let squares = 0;
    for (let at = from; at < from + d_in; at++) squares += values[at] ** 2;
    return Math.sqrt(squares);
  };
  for (let from = 0; from < data.length; from += d_in) {
    const own = norm(data, from), scale = own > 0 ? norm(like, from) / own : 0;
    for (let at = from; at < from + d_in; at++) data[at] *= scale;
  }
  return data;
}

function expectRows(rows: readonly ArrayLike<number>[] | undefined, N: number) {
  if (rows !== undefined && rows.length > 1 && rows.every(({ length }) => length === N)) {
    return rows;
  }
  const found = rows === undefined
    ? "none"
    : `${rows.length} of lengths ${[...new Set(rows.map((r) => r.length))]}`;
  throw new RangeError(
    `Cannot ${ACTION}: expected rows of ${N} activations, two at least, but found ${found}: pass those of the ` +
      "crosscoder's sites, one behind the other",
  );
}
