/** Ways of suppressing: items in an order, of which the first ones are cancelled. @module */
import type { PairContext } from "../formulas/mixed_difference.ts";
import { edgeTerms } from "./edges.ts";
import type { Cancel } from "../../model/forced/outcomes.ts";
import type { ReadPart } from "./read.ts";
import type { Shift } from "../../model/forced/shift.ts";
import { latentTerms, pairTerms, shiftOf, type Terms } from "./terms.ts";
import type { Judge } from "./texts.ts";
import { pairsOfKeys } from "./traits.ts";
import type { LanguageModel } from "../../model/language_model.ts";

/**
 * `items`: latents, pairs i · d_sae + j, or heads; without items every pair that meets. `sizes`: how
 * many of them are cancelled, each with every one of the `strengths`: 1 (by default) cancels, 2 takes
 * away twice as much.
 */
export type Way = { method: string; strengths?: readonly number[] } & Chosen;

type Listed = { items: readonly number[]; sizes: readonly number[] };
type Chosen =
  | ({ kind: "latents" | "heads" } & Listed)
  | ({ kind: "pairs"; context: PairContext } & Listed)
  | { kind: "every pair"; context: PairContext };

/** One edit of a way: `size` items, 0 for every pair there is. */
export type WayStep = { size: number; strength: number; cancel: Cancel<ReadPart> };

/** What cancelling needs to know beside a part. */
export type WaySources = {
  model: LanguageModel;
  d_sae: number;
  judge: Pick<Judge, "spans" | "triggered">;
};

/** The edits of a way, sizes beyond its items becoming all of them, once. */
export function stepsOf(way: Way, sources: WaySources): WayStep[] {
  const { strengths = [1] } = way;
  const termsAt = termsBySize(way, sources);
  return sizesOf(way).flatMap((size) => {
    const shifts = new Map<ReadPart, Shift>(); // the strengths share what they scale
    return strengths.map((strength) => ({
      size,
      strength,
      async cancel(part: ReadPart): Promise<Shift> {
        const { tokens } = part.active;
        const found = shifts.get(part) ?? await shiftOf(await termsAt(size, part), { tokens });
        if (strengths.length > 1) shifts.set(part, found);
        return scaled(found, strength);
      },
    }));
  });
}

function sizesOf(way: Way): number[] {
  if (way.kind === "every pair") return [0];
  const { items, sizes } = way;
  return [...new Set(sizes.map((size) => Math.min(size, items.length)))].filter((n) => n > 0);
}

type SomeTerms = Iterable<Terms> | AsyncIterable<Terms>;

/** The terms of the first items of a way in a part. */
function termsBySize(
  way: Way,
  { model, d_sae, judge }: WaySources,
): (size: number, part: ReadPart) => Promise<SomeTerms> {
  if (way.kind === "every pair") return (_, part) => Promise.resolve(pairTerms(part, way));
  const { items } = way;
  if (way.kind === "latents") return (size, part) => latentTerms(part, items.slice(0, size));
  if (way.kind === "pairs") {
    const { context } = way;
    return (size, part) =>
      Promise.resolve(
        pairTerms(part, { only: pairsOfKeys(items.slice(0, size), d_sae), context }),
      );
  }
  const edges = new Map<ReadPart, Promise<Terms[]>>(); // they are the same for every size
  return async (size, part) => {
    if (!judge.triggered(part)) return [];
    const { first, forced } = part, spans = judge.spans.slice(first, first + forced.length);
    const found = edges.get(part) ?? edgeTerms(model, part, spans);
    edges.set(part, found);
    const heads = new Set(items.slice(0, size));
    return (await found).map((terms) => itemsOf(terms, heads));
  };
}

function scaled(shift: Shift, strength: number): Shift {
  if (strength === 1) return shift;
  return new Map(
    [...shift].map(([hook, { width, data }]) =>
      [hook, { width, data: data.map((value) => strength * value) }] as const
    ),
  );
}

/** The terms of some items. */
function itemsOf({ item, token, rows, ...rest }: Terms, wanted: ReadonlySet<number>): Terms {
  const kept = [...item.keys()].filter((n) => wanted.has(item[n])), { width } = rest;
  const own = new Float32Array(kept.length * width);
  kept.forEach((n, at) => own.set(rows.subarray(n * width, (n + 1) * width), at * width));
  return {
    ...rest,
    item: Uint32Array.from(kept, (n) => item[n]),
    token: Uint32Array.from(kept, (n) => token[n]),
    rows: own,
  };
}
