/**
 * Instances as kernels take them: runs that share one of their two entries, so that what belongs to
 * that one is computed once.
 * @module
 */
import type { PairInstances } from "./instances.ts";

/**
 * runs [runs, 4]: token, shared entry, and the places `from` to `to`, without the last, in others
 * [instances, 2]: the other entry, and the row of the instance in its piece. `pieces`: the runs of
 * each piece, from one to another without that one.
 */
export type Runs = { runs: Uint32Array; others: Uint32Array; pieces: [from: number, to: number][] };

/** Instances of a run, at most: enough to share, few enough that many run side by side. */
const MOST = 64;

/** Entries of instances, with their tokens. */
export type Entries = Pick<PairInstances, "first" | "second" | "token">;

/**
 * The runs of pieces [from, to] of the instances. `place` gives an entry the place of its token's
 * order at which it stands: of two entries the one with the earlier place is shared, and entries are
 * known by their places. Without it they keep their own order.
 */
export function runsOf(
  { first, second, token }: Entries,
  { pieces, place }: { pieces: readonly [from: number, to: number][]; place?: Uint32Array },
): Runs {
  const count = pieces.reduce((sum, [from, to]) => sum + to - from, 0);
  const runs = new Uint32Array(4 * count), others = new Uint32Array(2 * count);
  const ends: [number, number][] = [];
  let n = 0, end = 0;
  for (const [from, to] of pieces) {
    const shared = new Uint32Array(to - from), other = new Uint32Array(to - from);
    for (let at = from; at < to; at++) {
      const a = place === undefined ? first[at] : place[first[at]];
      const b = place === undefined ? second[at] : place[second[at]];
      shared[at - from] = Math.min(a, b);
      other[at - from] = Math.max(a, b);
    }
    const begin = end;
    for (const row of sortedBy(shared)) {
      others[2 * n] = other[row];
      others[2 * n + 1] = row;
      const last = 4 * (end - 1);
      if (end > begin && runs[last + 1] === shared[row] && n - runs[last + 2] < MOST) {
        runs[last + 3]++;
      } else {
        runs.set([token[from + row], shared[row], n, n + 1], 4 * end);
        end++;
      }
      n++;
    }
    ends.push([begin, end]);
  }
  return { runs: runs.slice(0, 4 * end), others, pieces: ends };
}

/** The numbers of the values in rising order of these, equal ones as they stand. */
function sortedBy(values: Uint32Array): Uint32Array {
  let low = Infinity, high = 0;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const next = new Uint32Array(Math.max(high - low, 0) + 2);
  for (const value of values) next[value - low + 1]++;
  for (let v = 1; v < next.length; v++) next[v] += next[v - 1];
  const order = new Uint32Array(values.length);
  values.forEach((value, at) => order[next[value - low]++] = at);
  return order;
}
