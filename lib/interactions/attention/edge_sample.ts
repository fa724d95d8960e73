/**
 * Which edges are held against ablation: some of every size, some of the strongest, and some of each
 * of a few pairs.
 * @module
 */
import { exactly, expectForm, whole } from "../../io/form.ts";
import { type Random, randomForm } from "../../numerics/random.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { type Causal, type Edges, edgesOf, type Entry, firstSeen } from "./edges.ts";

/** `edges` in all, half of each kind; `top`: how many of the strongest the second half is drawn from. */
export type EdgeSampleSizes = { edges: number; top: number };

const SIZES = exactly({ edges: whole(20), top: whole(1) });
const DECILES = 10;

/**
 * Numbers of candidates, by their `values` (A |γ|): `stratified` as many from each decile, `top` from
 * the strongest. Each half without repetition. Throws where there are fewer candidates than asked for.
 */
export function chooseEdges(
  values: ArrayLike<number>,
  sizes: EdgeSampleSizes,
  { random }: { random: Random },
): { stratified: number[]; top: number[] } {
  const action = "choose edges of attention";
  const { edges, top } = expectForm(action, sizes, SIZES);
  expectForm(action, random, randomForm);
  const each = Math.floor(edges / 2 / DECILES), half = Math.floor(edges / 2);
  const n = values.length;
  if (n < DECILES * each || Math.min(top, n) < half) {
    throw new RangeError(
      `Cannot ${action}: expected ${edges} edges from at least as many candidates, half of them ` +
        `from the top ${top}, but found ${n} candidates: draw more candidates or ask for fewer edges`,
    );
  }
  const order = Uint32Array.from({ length: n }, (_, at) => at).sort((a, b) =>
    values[a] - values[b] || a - b
  );
  const some = (from: number, to: number, count: number) =>
    Array.from(random.permutation(to - from).subarray(0, count), (at) => order[from + at]);
  const stratified = Array.from(
    { length: DECILES },
    (_, d) => some(Math.floor(d * n / DECILES), Math.floor((d + 1) * n / DECILES), each),
  ).flat();
  return { stratified, top: some(Math.max(0, n - top), n, half) };
}

/** `pairs` with `perPair` edges each. */
export type PairSizes = { pairs: number; perPair: number };

/**
 * Edges of pairs that the candidates hold, as often as they meet: `pair` [n] numbers the pair of each
 * edge, `count` [pairs] how many edges it has in all. Pairs with fewer than `perPair` are passed over; throws
 * where too few have as many.
 */
export function drawPairEdges(
  active: ActiveLatents,
  causal: Causal,
  { candidates, sizes, random }: {
    candidates: Pick<Edges, "i" | "j">;
    sizes: PairSizes;
    random: Random;
  },
): { edges: Edges; pair: Uint32Array; count: Uint32Array } {
  const { pairs, perPair } = sizes, places = placesOf(active);
  const found: [Entry, Entry][] = [], pair: number[] = [], count: number[] = [];
  const seen = new Set<number>();
  for (const at of random.permutation(candidates.i.length)) {
    if (count.length === pairs) break;
    const i = candidates.i[at], j = candidates.j[at], key = i * active.d_sae + j;
    if (seen.has(key)) continue;
    seen.add(key);
    const { kept, met } = someEdges([places[i], places[j]], causal, { perPair, random });
    if (met < perPair) continue;
    found.push(...kept);
    pair.push(...kept.map(() => count.length));
    count.push(met);
  }
  if (count.length < pairs) {
    throw new RangeError(
      `Cannot draw edges of pairs: expected ${pairs} pairs with ${perPair} edges but found ` +
        `${count.length} of ${seen.size} candidates: take a longer text or ask for fewer`,
    );
  }
  return {
    edges: edgesOf(active, found),
    pair: Uint32Array.from(pair),
    count: Uint32Array.from(count),
  };
}

/** Entries of each latent, in the order of the text. */
function placesOf({ tokens, d_sae, start, latent }: ActiveLatents): Entry[][] {
  const places: Entry[][] = Array.from({ length: d_sae }, () => []);
  for (let token = 0; token < tokens; token++) {
    for (let entry = start[token]; entry < start[token + 1]; entry++) {
      places[latent[entry]].push({ token, entry });
    }
  }
  return places;
}

/** Some of a pair's edges, each as likely as any other (reservoir sampling), and how many there are. */
function someEdges(
  [queries, keys]: [Entry[], Entry[]],
  causal: Causal,
  { perPair, random }: { perPair: number; random: Random },
): { kept: [Entry, Entry][]; met: number } {
  const kept: [Entry, Entry][] = [];
  let met = 0, from = 0;
  for (const query of queries) {
    const first = firstSeen(query.token, causal);
    while (from < keys.length && keys[from].token < first) from++;
    for (let at = from; at < keys.length && keys[at].token < query.token; at++) {
      met++;
      if (kept.length < perPair) kept.push([query, keys[at]]);
      else {
        const place = random.int(met);
        if (place < perPair) kept[place] = [query, keys[at]];
      }
    }
  }
  return { kept, met };
}

/** Edges one list behind the other. */
export function joinEdges(lists: readonly Edges[]): Edges {
  const ids = (name: "q" | "k" | "i" | "j") =>
    Uint32Array.from(lists.flatMap((edges) => Array.from(edges[name])));
  const acts = (name: "f_i" | "f_j") =>
    Float32Array.from(lists.flatMap((edges) => Array.from(edges[name])));
  return { q: ids("q"), k: ids("k"), i: ids("i"), j: ids("j"), f_i: acts("f_i"), f_j: acts("f_j") };
}

/** The same edges with tokens counted from elsewhere. */
export function shiftEdges(edges: Edges, by: number): Edges {
  return { ...edges, q: edges.q.map((q) => q + by), k: edges.k.map((k) => k + by) };
}
