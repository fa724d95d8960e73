/**
 * How few pairs hold most of a total: the Lorenz curve of a table of pairs, over those that met.
 * @module
 */
import { exactly, expectForm, maybe, number, whole } from "../../io/form.ts";

/**
 * `pairs` that met, the share of them that holds `share` of the total, and the curve: `held[n]` is
 * what the strongest n / (held.length - 1) of the pairs hold.
 */
export type Concentration = { pairs: number; needed: number; held: number[] };

const OPTIONS = exactly({ share: maybe(number({ above: 0, most: 1 })), points: maybe(whole(1)) });

/**
 * `values` >= 0 of pairs, `met` > 0 where a pair counts; the strongest first. `points` of the curve
 * beside its start.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { concentration } from "./concentration.ts";
 * const { pairs, needed } = concentration([6, 0, 2, 1, 1, 9], [1, 1, 1, 1, 1, 0]);
 * assertEquals([pairs, needed], [5, 2 / 5]); // 6 and 2 of 10
 * ```
 * Throws where no pair met or nothing is there to share.
 */
export function concentration(
  values: ArrayLike<number>,
  met: ArrayLike<number>,
  options: { share?: number; points?: number } = {},
): Concentration {
  const action = "tell how concentrated pairs are";
  const { share = 0.8, points = 40 } = expectForm(action, options, OPTIONS);
  const sorted = Float64Array.from(values).filter((_, at) => met[at] > 0).sort().reverse();
  const total = sorted.reduce((sum, value) => sum + value, 0), pairs = sorted.length;
  if (!(total > 0)) {
    throw new RangeError(
      `Cannot ${action}: expected pairs that met, with something to share, but found ${pairs} with ` +
        `${total} in all: take a longer text`,
    );
  }
  const cumulated = new Float64Array(pairs + 1);
  sorted.forEach((value, n) => cumulated[n + 1] = cumulated[n] + value);
  const needed = cumulated.findIndex((sum) => sum >= share * total);
  const held = Array.from({ length: points + 1 }, (_, n) => {
    const at = n * pairs / points, below = Math.floor(at);
    const above = cumulated[Math.min(below + 1, pairs)];
    return (cumulated[below] + (at - below) * (above - cumulated[below])) / cumulated[pairs];
  });
  return { pairs, needed: needed / pairs, held };
}
