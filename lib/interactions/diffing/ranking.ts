/**
 * How well scores of latents put the labelled ones first, and by how much one score beats another.
 * @module
 */
import { bootstrapIntervals } from "../../numerics/bootstrap.ts";

/** Area under the ROC curve and precision among the first 20, each beside its interval of 95 %. */
export type LabelRanking = { auroc: number; low: number; high: number; precision: number };

/** The AUROC of `first` minus that of `second`, with its interval. */
export type Advantage = { difference: number; low: number; high: number };

/** Latents that are looked at from the top. */
const FIRST = 20;

/** Rankings by the name of the score; `labelled` [latents]. Throws unless both kinds are there. */
export function labelRankings<Name extends string>(
  scores: Record<Name, Float64Array>,
  labelled: readonly boolean[],
  { seed }: { seed: number },
): Record<Name, LabelRanking> {
  const names = Object.keys(scores) as Name[], groups = groupsOf(labelled);
  const orders = names.map((name) => risingOrder(scores[name]));
  const areas = (weights: Uint32Array) =>
    names.map((name, n) => areaUnder(scores[name], { order: orders[n], labelled, weights }));
  const whole = areas(new Uint32Array(labelled.length).fill(1));
  const intervals = bootstrapIntervals(groups, areas, { seed, name: "label rankings" });
  return Object.fromEntries(names.map((name, n) => [name, {
    auroc: whole[n],
    low: intervals[n][0],
    high: intervals[n][1],
    precision: shareOfFirst(orders[n], labelled),
  }])) as Record<Name, LabelRanking>;
}

/** Latents are resampled, labelled ones and others apart, the same ones for both scores. */
export function advantage(
  first: Float64Array,
  second: Float64Array,
  { labelled, seed }: { labelled: readonly boolean[]; seed: number },
): Advantage {
  const both = [first, second], orders = both.map(risingOrder);
  const difference = (weights: Uint32Array) => {
    const [a, b] = both.map((scores, n) =>
      areaUnder(scores, { order: orders[n], labelled, weights })
    );
    return [a - b];
  };
  const [[low, high]] = bootstrapIntervals(groupsOf(labelled), difference, {
    seed,
    name: "advantage",
  });
  return { difference: difference(new Uint32Array(labelled.length).fill(1))[0], low, high };
}

function groupsOf(labelled: readonly boolean[]): number[][] {
  const groups = [true, false].map((wanted) =>
    labelled.flatMap((is, latent) => is === wanted ? [latent] : [])
  );
  if (groups.every(({ length }) => length > 0)) return groups;
  throw new RangeError(
    `Cannot rank latents: expected labelled ones and others but found ${groups[0].length} and ` +
      `${groups[1].length}: take a longer text, or another rule of labels`,
  );
}

/** The share of labelled latents among the highest ones. */
function shareOfFirst(order: Uint32Array, labelled: readonly boolean[]): number {
  const first = order.slice(-FIRST);
  return first.reduce((count, latent) => count + (labelled[latent] ? 1 : 0), 0) / first.length;
}

function risingOrder(scores: Float64Array): Uint32Array {
  return Uint32Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
}

/** The share of pairs of one labelled and one other latent in which the labelled one is higher. */
function areaUnder(
  scores: Float64Array,
  { order, labelled, weights }: {
    order: Uint32Array;
    labelled: readonly boolean[];
    weights: Uint32Array;
  },
): number {
  let below = 0, won = 0, wanted = 0;
  for (let at = 0; at < order.length;) {
    const value = scores[order[at]];
    let others = 0, own = 0;
    for (; at < order.length && scores[order[at]] === value; at++) {
      if (labelled[order[at]]) own += weights[order[at]];
      else others += weights[order[at]];
    }
    won += own * (below + others / 2);
    below += others;
    wanted += own;
  }
  return won / (wanted * below);
}
