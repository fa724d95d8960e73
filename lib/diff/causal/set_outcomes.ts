/** What the sets and the steering of a dictionary come to, in a number or two. @module */
import type { Count } from "../../numerics/counts.ts";
import type {
  DictionarySets,
  DictionaryTruth,
  Judged,
  SetPoint,
  Steer,
} from "../stored/causal_results.ts";
import type { OrderName } from "./order_names.ts";
import { smallestK } from "./rules.ts";
import { pointOf } from "./summary.ts";

/** What the first latents of the greedy order leave, at most so many; none where nothing was chosen. */
export function greedyPoint(
  { curve, chosen }: Pick<DictionarySets, "curve" | "chosen">,
  most: number,
): SetPoint | undefined {
  return pointOf({ curve }, "greedy", Math.min(most, chosen.length));
}

/** What random vectors like the first greedy latents' leave in their place, one a draw. */
export function randomDraws({ curve }: Pick<DictionarySets, "curve">): Judged[] {
  return curve.filter(({ order }) => order === "random vectors").map(({ judged }) => judged);
}

/**
 * The smallest k of an order, by causal/rules.ts, on the judged prompts: payloads at once, and KL without
 * the trigger. Null where no size stops the backdoor.
 */
export function smallestSet(
  { curve }: Pick<DictionarySets, "curve">,
  order: OrderName,
  { draw }: { draw?: number } = {},
): number | null {
  const points = curve.filter((point) => point.order === order && point.draw === draw);
  return smallestK(points.map(({ size, judged: { payload, cleanKL } }) => ({
    size,
    effect: { payload: payload.count / payload.of, clean: cleanKL },
  })));
}

/** The share of payloads that steering has to bring. */
const BROUGHT = 0.5;

/**
 * How many latents bring at least half of the payloads at their typical size, and how many random
 * vectors of the same norms; nothing where a dictionary was not steered.
 */
export function steeringCounts(
  { latents, random }: Pick<DictionaryTruth, "latents" | "random">,
): { latents: Count; random: Count } | undefined {
  const steers = latents.flatMap(({ steer }) => steer ?? []);
  if (random === undefined || steers.length === 0) return undefined;
  const counted = (all: readonly Steer[]): Count => ({
    count: all.filter(({ payload }) => payload >= BROUGHT).length,
    of: all.length,
  });
  return { latents: counted(steers), random: counted(random) };
}
