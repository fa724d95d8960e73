/** p-values of several tests at once. @module */
import { expectForm, list, number } from "../io/form.ts";

const P = list(number({ least: 0, most: 1 }));

/**
 * Holm's (1979) adjusted p-values, in the order given: the least level at which his step-down rule
 * rejects each, so that a false rejection among all is no likelier than that level.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { holm } from "./holm.ts";
 * assertEquals(holm([0.25, 0.125, 0.5]), [0.5, 0.375, 0.5]);
 * ```
 */
export function holm(p: readonly number[]): number[] {
  expectForm("adjust p-values", p, P, "pass numbers from 0 to 1");
  const order = p.map((_, i) => i).sort((i, j) => p[i] - p[j] || i - j);
  const adjusted = new Array<number>(p.length);
  let most = 0;
  order.forEach((i, place) => {
    most = Math.max(most, Math.min(1, (p.length - place) * p[i]));
    adjusted[i] = most;
  });
  return adjusted;
}
