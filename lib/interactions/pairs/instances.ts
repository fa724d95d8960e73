/**
 * Pair instances: two latents active at one token.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { activeLatents } from "../../crosscoder/active_latents.ts";
 * import { pairInstances } from "./instances.ts";
 * const active = activeLatents(Float32Array.of(1, 0, 1, 2, 3, 4), 3);
 * const { pairs, pair, token } = pairInstances(active);
 * assertEquals([[...pairs.i], [...pairs.j]], [[0, 0, 1], [1, 2, 2]]);
 * assertEquals([[...pair], [...token]], [[1, 0, 1, 2], [0, 1, 1, 1]]);
 * ```
 * @module
 */
import { exactly, expectForm, list, maybe, where, whole } from "../../io/form.ts";
import { type ActiveLatents, checkActive } from "../../crosscoder/active_latents.ts";

/** Pairs of latents, i < j, sorted by i, then j. */
export type PairList = { d_sae: number; i: Uint32Array; j: Uint32Array };

/**
 * Instances in the order of their tokens: `first` and `second` are entries of the active latents,
 * that of the smaller latent first; `pair` is the number of the pair in `pairs`. All [instances].
 */
export type PairInstances = {
  pairs: PairList;
  first: Uint32Array;
  second: Uint32Array;
  token: Uint32Array;
  pair: Uint32Array;
};

const OPTIONS = exactly({
  only: maybe(where<PairList>("a list of pairs { d_sae, i, j }", (x) => {
    const { d_sae, i, j } = (x ?? {}) as Partial<PairList>;
    return typeof d_sae === "number" && i instanceof Uint32Array && j instanceof Uint32Array;
  })),
  tokens: maybe(list(whole(0), { length: 2 })),
});

/**
 * The instances of all pairs that meet, or of the pairs of `only` (whose list is then the
 * instances', those that never meet included); of the tokens `from` up to `to`, without that one,
 * where `tokens` is given.
 */
export function pairInstances(
  active: ActiveLatents,
  options: { only?: PairList; tokens?: [from: number, to: number] } = {},
): PairInstances {
  const action = "list pair instances";
  const { only, tokens: [from, to] = [0, active.tokens] } = expectForm(action, options, OPTIONS);
  checkActive(action, active);
  if (only) checkPairs(action, only, active.d_sae);
  if (to > active.tokens) {
    throw new RangeError(
      `Cannot ${action}: expected tokens up to ${active.tokens} but found ${to}: take fewer`,
    );
  }
  const met = everyMeeting(active, from, to);
  return only ? kept(met, only) : { ...met, ...numbered(met, active.d_sae) };
}

type Meetings = Pick<PairInstances, "first" | "second" | "token"> & {
  i: Uint32Array;
  j: Uint32Array;
};

function everyMeeting({ start, latent }: ActiveLatents, from: number, to: number): Meetings {
  let count = 0;
  for (let t = from; t < to; t++) {
    const n = start[t + 1] - start[t];
    count += n * (n - 1) / 2;
  }
  const [first, second, token, i, j] = [0, 1, 2, 3, 4].map(() => new Uint32Array(count));
  let at = 0;
  for (let t = from; t < to; t++) {
    for (let a = start[t]; a < start[t + 1]; a++) {
      for (let b = a + 1; b < start[t + 1]; b++) {
        [first[at], second[at], token[at], i[at], j[at]] = [a, b, t, latent[a], latent[b]];
        at++;
      }
    }
  }
  return { first, second, token, i, j };
}

/** The pairs that meet, sorted, and of each instance its pair: instances by i, then a table of j. */
function numbered({ i, j }: Meetings, d_sae: number): Pick<PairInstances, "pairs" | "pair"> {
  const start = new Uint32Array(d_sae + 1);
  for (const latent of i) start[latent + 1]++;
  for (let latent = 0; latent < d_sae; latent++) start[latent + 1] += start[latent];
  const next = start.slice(), order = new Uint32Array(i.length);
  i.forEach((latent, at) => order[next[latent]++] = at);
  const pair = new Uint32Array(i.length), of = new Uint32Array(d_sae);
  const pairs = { i: [] as number[], j: [] as number[] };
  for (let latent = 0; latent < d_sae; latent++) {
    const here = order.subarray(start[latent], start[latent + 1]);
    for (const at of here) of[j[at]] = 1;
    for (let partner = latent + 1; here.length > 0 && partner < d_sae; partner++) {
      if (of[partner] === 0) continue;
      of[partner] = pairs.i.length;
      pairs.i.push(latent);
      pairs.j.push(partner);
    }
    for (const at of here) pair[at] = of[j[at]];
    for (const at of here) of[j[at]] = 0;
  }
  return { pairs: { d_sae, i: Uint32Array.from(pairs.i), j: Uint32Array.from(pairs.j) }, pair };
}

function kept(met: Meetings, pairs: PairList): PairInstances {
  const number = pairIndex(pairs);
  const pair = met.i.map((i, at) => number(i, met.j[at]) ?? NONE);
  const chosen = Uint32Array.from(pair.keys()).filter((at) => pair[at] !== NONE);
  const take = (values: Uint32Array) => chosen.map((at) => values[at]);
  return {
    pairs,
    first: take(met.first),
    second: take(met.second),
    token: take(met.token),
    pair: take(pair),
  };
}

const NONE = 2 ** 32 - 1;

/** The number of the pair (i, j), i < j, in a sorted list; undefined where it is not in it. */
export function pairIndex({ d_sae, i, j }: PairList): (i: number, j: number) => number | undefined {
  const start = new Uint32Array(d_sae + 1);
  for (const latent of i) start[latent + 1]++;
  for (let latent = 0; latent < d_sae; latent++) start[latent + 1] += start[latent];
  return (a, b) => {
    let low = start[a], high = start[a + 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (j[middle] < b) low = middle + 1;
      else high = middle;
    }
    return low < start[a + 1] && j[low] === b ? low : undefined;
  };
}

/** Throws `Cannot ${action}: ...` unless the pairs are sorted, each once, of latents below d_sae. */
function checkPairs(action: string, { d_sae, i, j }: PairList, latents: number): void {
  const refuse = (expected: string, found: string) => {
    throw new RangeError(
      `Cannot ${action}: expected ${expected} but found ${found}: mend the list`,
    );
  };
  if (d_sae !== latents) refuse(`pairs of ${latents} latents`, `of ${d_sae}`);
  if (i.length !== j.length) refuse(`${i.length} partners j`, `${j.length}`);
  for (let p = 0; p < i.length; p++) {
    if (i[p] >= j[p] || j[p] >= d_sae) refuse(`i < j < ${d_sae}`, `${i[p]}, ${j[p]}`);
    if (p > 0 && (i[p - 1] > i[p] || (i[p - 1] === i[p] && j[p - 1] >= j[p]))) {
      refuse("pairs sorted by i, then j", `${i[p]}, ${j[p]} behind ${i[p - 1]}, ${j[p - 1]}`);
    }
  }
}
