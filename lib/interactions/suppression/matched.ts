/** Controls: other items of the same kind, drawn at random among the most alike. @module */
import type { Random } from "../../numerics/random.ts";
import { moments } from "../../numerics/statistics.ts";
import type { Traits } from "./traits.ts";

/** The nearest ones, of which one is drawn. */
const NEAREST = 5;

/**
 * For each chosen item, in order, another one that is not `barred`, each once: at random among the
 * five nearest in log count and log main effect, both in standard deviations over all items that
 * occur. Fewer where there are no more.
 */
export function matchedRandom(
  { count, main }: Traits,
  chosen: readonly number[],
  { barred, random }: { barred: ReadonlySet<number>; random: Random },
): number[] {
  const there = [...count.keys()].filter((n) => count[n] > 0 && main[n] > 0);
  const scaled = [count, main].map((values) => {
    const logs = Float64Array.from(there, (n) => Math.log(values[n]));
    const sd = Math.max(moments(logs).sd, Number.EPSILON);
    return new Map(there.map((n, at) => [n, logs[at] / sd]));
  });
  const left = new Set(there.filter((n) => !barred.has(n)));
  const drawn: number[] = [];
  for (const item of chosen) {
    if (left.size === 0) break;
    const distance = (n: number) =>
      scaled.reduce((sum, by) => sum + (by.get(n)! - (by.get(item) ?? 0)) ** 2, 0);
    const near = nearest([...left], distance);
    const found = near[random.int(near.length)];
    left.delete(found);
    drawn.push(found);
  }
  return drawn;
}

function nearest(items: readonly number[], distance: (n: number) => number): number[] {
  const by = items.map((n) => ({ n, far: distance(n) }));
  by.sort((a, b) => a.far - b.far || a.n - b.n);
  return by.slice(0, NEAREST).map(({ n }) => n);
}
