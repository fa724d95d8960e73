/**
 * Pairs that are ablated: drawn evenly over a score and over how often the pairs meet, so that rank
 * agreement is not that of the many weak pairs alone, and the head of every score besides.
 * @module
 */
import { exactly, expectForm, whole } from "../../io/form.ts";
import { expectNumbers } from "../../numerics/numbers.ts";
import { type Random, randomForm } from "../../numerics/random.ts";
import { averageRanks } from "../../numerics/rank_correlation.ts";

/** What pairs are drawn by, [pairs] each. */
export type PairScoresToSample = {
  /** The score that the sample is spread over. */
  score: ArrayLike<number>;
  /** How often each pair meets. */
  count: ArrayLike<number>;
  /** Scores whose heads are taken as well, by size. */
  heads: Readonly<Record<string, ArrayLike<number>>>;
};

const OPTIONS = exactly({
  pairs: whole(1),
  top: whole(0),
  cells: whole(1),
  random: randomForm,
});

/**
 * Numbers of the pairs, rising: `pairs` of them from `cells` × `cells` quantile cells of score and
 * count, each cell giving the same number as far as it has them, and what lacks shared out among the
 * others; then the `top` of every score. Throws where there are fewer than `pairs`.
 */
export function samplePairs(
  { score, count, heads }: PairScoresToSample,
  options: { pairs: number; top: number; cells: number; random: Random },
): Uint32Array {
  const action = "sample pairs";
  const { pairs, top, cells, random } = expectForm(action, options, OPTIONS);
  const all = { score, count, ...heads };
  for (const [name, values] of Object.entries(all)) {
    expectNumbers(`${action} by ${name}`, values);
    if (values.length === score.length) continue;
    throw new RangeError(
      `Cannot ${action}: expected ${score.length} pairs but found ${values.length} in ${name}: ` +
        "take every score from the same pairs",
    );
  }
  if (score.length < pairs) {
    const found = score.length === 0 ? "no co-active pair" : `${score.length}`;
    throw new RangeError(
      `Cannot ${action}: expected at least ${pairs} pairs but found ${found}: ask for fewer, or take ` +
        "more text",
    );
  }
  const chosen = new Set(spread(cellsOf(score, count, cells), pairs, random));
  for (const values of Object.values(heads)) {
    const order = Array.from(values, (_, p) => p)
      .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b);
    for (const p of order.slice(0, top)) chosen.add(p);
  }
  return Uint32Array.from(chosen).sort();
}

/** The pairs of every cell, each list in their order. */
function cellsOf(score: ArrayLike<number>, count: ArrayLike<number>, cells: number): number[][] {
  const lists: number[][] = Array.from({ length: cells * cells }, () => []);
  const [across, down] = [score, count].map((values) => quantiles(values, cells));
  for (let p = 0; p < score.length; p++) lists[across[p] * cells + down[p]].push(p);
  return lists;
}

/** Of each value the quantile that it lies in, 0 to cells − 1; equal values in the same one. */
function quantiles(values: ArrayLike<number>, cells: number): number[] {
  return Array.from(
    averageRanks(values),
    (rank) => Math.min(cells - 1, Math.floor((rank - 0.5) / values.length * cells)),
  );
}

/** `total` from the lists: the largest equal share that they have, the rest one from each as drawn. */
function spread(lists: number[][], total: number, random: Random): number[] {
  const shuffled = lists.map((list, cell) => random.stream(`cell ${cell}`).shuffle([...list]));
  const within = (share: number) =>
    lists.reduce((sum, list) => sum + Math.min(list.length, share), 0);
  let share = 0;
  while (within(share + 1) <= total && within(share + 1) > within(share)) share++;
  const chosen = shuffled.flatMap((list) => list.slice(0, share));
  const more = random.stream("rest").shuffle(shuffled.filter((list) => list.length > share));
  return [...chosen, ...more.slice(0, total - chosen.length).map((list) => list[share])];
}
