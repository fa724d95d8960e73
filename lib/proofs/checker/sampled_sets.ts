/**
 * Checker: draws from the sets by which theorem N5 bounds the wrong sequences, instead of from all
 * sequences.
 *
 * For each pair (q, m) N5 names sets of sequences of which one at least holds each wrong sequence. Let
 * B be the sum of their sizes. Draw a set in proportion to its size, then a sequence of it uniformly;
 * count it with probability 1 / (number of the pair's sets that hold it) if it is wrong. Each wrong
 * sequence so counts with probability 1 / B, and the expected share is wrong / B (Karp and Luby,
 * "Monte-Carlo algorithms for enumeration and reliability problems", FOCS 1983). A pair that N5 gives
 * up has one set, all its sequences.
 * @module
 */
import type { Random } from "../../numerics/random.ts";
import { bigBelow } from "../../numerics/random_integers.ts";
import { countAssignments, gridOf, wholeCount } from "./assignments.ts";
import { everyFilling, fillingDraws, type FillingGrid, holds } from "./fillings.ts";
import { newMeter } from "./limits.ts";
import { type Layer, n5Layers } from "./n5_layered.ts";
import { answerOf } from "./sequence.ts";
import { type CheckTables, pairSize } from "./tables.ts";

/** What N5 leaves open, and how many of the draws from it were counted. */
export interface SetDraws {
  /** Sum of the sets' sizes, not below B, and at least the wrong sequences. */
  size: bigint;
  counted: number;
}

/** A pair with its sets' sizes as they were counted; `whole`: one set, all its sequences. */
interface PairSets {
  q: number;
  m: number;
  g: number;
  whole: boolean;
  counts: bigint[];
}

/** Draws `draws` times; g of a pair as in N5, 0 gives it up. */
export function drawFromSets(
  T: CheckTables,
  { G, gap, draws }: { G: number; gap: (q: number, m: number) => number; draws: number },
  random: Random,
): SetDraws {
  const layers = n5Layers(T, { attention: EXACT, direct: "exact", G, vectors: {} });
  const meter = newMeter(), pairs: PairSets[] = [];
  let size = 0n;
  for (let q = 0; q < T.v; q++) {
    for (let m = q; m < T.v; m++) {
      const g = gap(q, m), all = pairSize(T, q, m);
      const counts = g === 0 ? [] : Array.from(
        layers(q, m, g),
        ({ assignments, D }) => countAssignments(assignments, D, { above: true, meter }),
      );
      const sum = counts.reduce((a, b) => a + b, 0);
      const bad = g === 0 ? all : wholeCount(sum, { v: T.v, F: T.F, above: true });
      const whole = bad >= all;
      pairs.push({ q, m, g, whole, counts: whole ? [all] : counts.map(BigInt) });
      size += whole ? all : bad;
    }
  }
  const tally = tallied(pairs.flatMap(({ counts }) => counts), draws, random);
  let counted = 0, first = 0;
  for (const pair of pairs) {
    const times = tally.slice(first, first += pair.counts.length);
    if (times.every((n) => n === 0)) continue;
    const grids = pair.whole
      ? [everyFilling({ F: T.F, m: pair.m, needsMax: pair.q < pair.m })]
      : Array.from(layers(pair.q, pair.m, pair.g), grid);
    const tokens = new Uint16Array(T.K).fill(pair.q);
    for (const [n, own] of grids.entries()) {
      if (times[n] === 0) continue;
      const draw = fillingDraws(own, meter);
      for (let i = 0; i < times[n]; i++) {
        draw(random, tokens);
        const holding = grids.filter((one) => holds(one, tokens)).length;
        if (holding > 1 && random.int(holding) > 0) continue;
        if (answerOf(T, tokens) !== "right") counted++;
      }
    }
  }
  return { size, counted };
}

const EXACT = "exact_EQKE+max_diff_exact";

/** How often each set is drawn. */
function tallied(counts: readonly bigint[], draws: number, random: Random): Uint32Array {
  const upTo: bigint[] = [];
  let all = 0n;
  for (const count of counts) upTo.push(all += count);
  const tally = new Uint32Array(counts.length);
  if (all === 0n) return tally;
  for (let i = 0; i < draws; i++) {
    const drawn = bigBelow(random, all);
    let low = 0, high = counts.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (drawn < upTo[middle]) high = middle;
      else low = middle + 1;
    }
    tally[low]++;
  }
  return tally;
}

/** The grid of a layer; where it has none, N5 counted all assignments, and gave up on the pair. */
function grid({ assignments, D }: Layer): FillingGrid {
  const { F, m, needsMax } = assignments, found = gridOf(assignments, D, true);
  if (!found) {
    throw new Error(`Cannot draw: expected a grid for m = ${m} but found none: report this`);
  }
  return { F, m, needsMax, ...found };
}
