/**
 * Edges of attention: latent i at the query's token q, latent j at an earlier key's token k that the
 * query sees. The pair (i, j) is ordered, query first.
 * @module
 */
import { expectForm, whole } from "../../io/form.ts";
import type { Random } from "../../numerics/random.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";

/** Tokens q > k of one sequence, counted in a part of a text; f_i(q) and f_j(k) are above 0. */
export type Edges =
  & Record<"q" | "k" | "i" | "j", Uint32Array>
  & Record<"f_i" | "f_j", Float32Array>;

/** Edges from a list of entries of `active`, query and key. */
export function edgesOf(
  active: ActiveLatents,
  entries: readonly [query: Entry, key: Entry][],
): Edges {
  const column = (pick: (edge: [Entry, Entry]) => number) =>
    Uint32Array.from(entries, (edge) => pick(edge as [Entry, Entry]));
  const act = (pick: (edge: [Entry, Entry]) => number) =>
    Float32Array.from(entries, (edge) => active.act[pick(edge as [Entry, Entry])]);
  return {
    q: column(([query]) => query.token),
    k: column(([, key]) => key.token),
    i: column(([query]) => active.latent[query.entry]),
    j: column(([, key]) => active.latent[key.entry]),
    f_i: act(([query]) => query.entry),
    f_j: act(([, key]) => key.entry),
  };
}

/** An entry of `ActiveLatents` and its token. */
export type Entry = { token: number; entry: number };

/** The edges of the given numbers, in that order. */
export function takeEdges({ q, k, i, j, f_i, f_j }: Edges, chosen: ArrayLike<number>): Edges {
  const ids = (all: Uint32Array) => Uint32Array.from(chosen, (at) => all[at]);
  const acts = (all: Float32Array) => Float32Array.from(chosen, (at) => all[at]);
  return { q: ids(q), k: ids(k), i: ids(i), j: ids(j), f_i: acts(f_i), f_j: acts(f_j) };
}

/** Sequences of `pos` tokens in which a query sees the `window` keys up to its own, all where 0. */
export type Causal = { pos: number; window: number };

/** The earliest token that the query at token q sees. */
export function firstSeen(q: number, { pos, window }: Causal): number {
  const at = q % pos;
  return q - Math.min(at, (window || pos) - 1);
}

/**
 * `count` edges at random: a query's token, one of its latents, an earlier key that it sees, one of
 * its latents, each equally likely. Throws where the text has no edge.
 */
export function drawEdges(
  active: ActiveLatents,
  causal: Causal,
  { count, random }: { count: number; random: Random },
): Edges {
  const action = "draw edges of attention";
  expectForm(action, count, whole(1), "ask for at least one");
  const { tokens, start } = active;
  const some = (token: number): Entry | undefined => {
    const n = start[token + 1] - start[token];
    return n === 0 ? undefined : { token, entry: start[token] + random.int(n) };
  };
  const found: [Entry, Entry][] = [];
  for (let tries = 0; found.length < count; tries++) {
    if (tries > MOST_TRIES * count) {
      throw new RangeError(
        `Cannot ${action}: expected tokens with active latents that see earlier ones but found ` +
          `${found.length} of ${count} edges in ${tries} tries: take a longer text or another crosscoder`,
      );
    }
    const q = random.int(tokens), first = firstSeen(q, causal);
    if (first === q) continue;
    const query = some(q), key = some(first + random.int(q - first));
    if (query && key) found.push([query, key]);
  }
  return edgesOf(active, found);
}

/** Draws for each edge wanted before a text is given up as one without. */
const MOST_TRIES = 1000;
