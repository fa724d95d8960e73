/**
 * Draws from the sets by which theorem N5 bounds the wrong sequences (Karp and Luby, "Monte-Carlo
 * algorithms for enumeration and reliability problems", FOCS 1983): a proof that describes where the
 * errors are makes sampling hundreds of times better.
 *
 * Every wrong sequence of a pair (q, m) is in one of its sets at least; B is the sum of their sizes. A
 * set is drawn in proportion to its size, a sequence of it uniformly; it counts with probability
 * 1 / (sets of the pair that hold it) if it is wrong. So it counts with probability wrong / B.
 *
 * First come the sets of all draws, then the sequences set by set: nothing depends on another order.
 * @module
 */
import type { Random } from "../../numerics/random.ts";
import { bigBelow } from "../../numerics/random_integers.ts";
import { countUp, pairsOf, sequencesWith } from "../tables/counting.ts";
import type { Flops } from "../tables/flops.ts";
import { gridOf } from "../theorems/assignments.ts";
import type { Layered } from "../theorems/layered_tables.ts";
import { layerCounter } from "../theorems/layers.ts";
import type { LayerHints } from "../theorems/n5_layered.ts";
import { answerFlops } from "./answers.ts";
import { drawerOf, drawFlops, type FillingSet, isWithin, wholeSet } from "./fillings.ts";

/** What was drawn. */
export interface SetDraws {
  /** B, rounded up: no more sequences are wrong. */
  size: bigint;
  /** Draws that counted. */
  counted: number;
  /** Operations of the draws alone, and of all that came before them. */
  drawFlops: number;
  setFlops: number;
}

/** One pair; g = 0: a single set that holds all its sequences. */
interface PairSets {
  q: number;
  m: number;
  g: number;
  sizes: bigint[];
}

/** Draws `draws` times by the hints of N5. */
export function karpLuby(
  proof: Layered,
  { hints, draws, isRight }: {
    hints: LayerHints;
    draws: number;
    isRight: (tokens: ArrayLike<number>) => boolean;
  },
  random: Random,
): SetDraws {
  const { tables: { v, K, model } } = proof, F = K - 1;
  const flops: Flops = { total: proof.flops.total }, counter = layerCounter(proof, flops);
  let size = 0n;
  const pairs = pairsOf(v).map(([q, m]): PairSets => {
    const g = hints[q * v + m], all = sequencesWith(q, m, K);
    const counts = g === 0 ? [] : Array.from(counter.layers(counter.pair(q, m), g), counter.count);
    const bad = countUp(counts.reduce((a, b) => a + b, 0), v ** F < 2 ** 52);
    if (g === 0 || bad >= all) {
      size += all;
      return { q, m, g: 0, sizes: [all] };
    }
    size += bad;
    return { q, m, g, sizes: counts.map((count) => BigInt(Math.round(count))) };
  });
  const times = chosen(pairs.flatMap(({ sizes }) => sizes), draws, random);
  const tokens = new Uint16Array(K);
  let counted = 0, at = 0, drawn = 0;
  for (const { q, m, g, sizes } of pairs) {
    const own = times.subarray(at, at += sizes.length);
    if (own.every((n) => n === 0)) continue;
    const shape = { F, m, needsMax: q < m };
    const sets: FillingSet[] = g === 0 ? [wholeSet(shape)] : Array.from(
      counter.layers(counter.pair(q, m), g),
      ({ terms, D }) => ({ ...shape, ...gridOf(terms, D, true)! }),
    );
    tokens[F] = q;
    own.forEach((n, s) => {
      if (n === 0) return;
      const draw = drawerOf(sets[s], flops);
      for (let i = 0; i < n; i++) {
        draw(random, tokens);
        const holding = sets.filter((set) => isWithin(set, tokens)).length;
        drawn += drawFlops(shape, sets.length);
        if (holding > 1 && random.int(holding) > 0) continue;
        drawn += answerFlops(model.config);
        if (!isRight(tokens)) counted++;
      }
    });
  }
  return { size, counted, drawFlops: drawn, setFlops: flops.total };
}

/** How often each of the sets is drawn, in proportion to their sizes. */
function chosen(sizes: readonly bigint[], draws: number, random: Random): Uint32Array {
  const times = new Uint32Array(sizes.length), ends: bigint[] = [];
  for (const size of sizes) ends.push((ends.at(-1) ?? 0n) + size);
  const all = ends.at(-1) ?? 0n;
  if (all === 0n) return times;
  for (let i = 0; i < draws; i++) {
    const place = bigBelow(random, all);
    let from = 0, to = ends.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (ends[middle] <= place) from = middle + 1;
      else to = middle;
    }
    times[from]++;
  }
  return times;
}
