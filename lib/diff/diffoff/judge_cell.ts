/** What a cell's measurements come to by the rules in force: nothing is run again. @module */
import { causalVerdict, floorOf, smallestK } from "../causal/rules.ts";
import type { Cell, Filtered, ListTruth } from "./cell.ts";
import { type FilteredHead, filteredHeads, headKey, sizesOf } from "./heads.ts";
import { closedBy, retrieval } from "./list_score.ts";
import type { Head, MeasuredCell, MeasuredEffect, MeasuredTruth } from "./measured.ts";
import { PARTS_OF } from "./planted_parts.ts";

/** A cell with its verdicts. Throws where its heads are not those of the filters in force. */
export function judgeCell({ truths, ...cell }: MeasuredCell): Cell {
  const { latents } = cell.list;
  return {
    ...cell,
    truths: Object.fromEntries(
      Object.entries(truths).map(([letter, truth]) => [letter, judgeTruth(truth, latents)]),
    ),
  };
}

/** `latents`: those of the list in its order; a list of vectors is measured in its own. */
export function judgeTruth(truth: MeasuredTruth, latents?: readonly number[]): ListTruth {
  const { kind, effects, random, gap, fires } = truth;
  const floor = floorOf(random), verdicts = effects.map((effect) => causalVerdict(effect, floor));
  const order = latents ?? effects.map((_, place) => place);
  const ofList = (what: "causal" | "necessary") =>
    order.flatMap((n, place) => verdicts[n][what] ? [place] : []);
  const causal = ofList("causal");
  return {
    kind,
    universe: effects.length,
    ...retrieval(
      order.map((n) => verdicts[n].causal),
      verdicts.filter(({ causal }) => causal).length,
    ),
    ...{ causal, necessary: ofList("necessary"), floor, gap },
    filters: filtersOf(truth, order.map((n) => effects[n])),
    trigger: fires && shareOf(fires, causal),
  };
}

/** Of the trigger's tokens those at which one of the causal latents fires. */
function shareOf({ at, tokens }: { at: number[][]; tokens: number }, causal: number[]): number {
  return new Set(causal.flatMap((place) => at[place] ?? [])).size / tokens;
}

function filtersOf({ gap, heads }: MeasuredTruth, effects: readonly MeasuredEffect[]): Filtered[] {
  const asked = new Map(heads.map((head) => [headKey(head.places), head]));
  return filteredHeads(effects.map(({ cleanHalves: [even] }) => even)).map((filtered) =>
    filteredOf(filtered, { asked, gap })
  );
}

function filteredOf(
  { most, left, head }: FilteredHead,
  { asked, gap }: { asked: ReadonlyMap<string, Head>; gap: number },
): Filtered {
  const found = sizesOf(head).map(({ size, places }) => ({
    size,
    head: headOf(asked, places),
  }));
  const curve = found.map(({ size, head: { effect: { cleanHalves: [, odd], ...effect } } }) => ({
    size,
    effect: { ...effect, clean: odd },
  }));
  const k = smallestK(curve),
    of = (wanted: number | null) => found.find(({ size }) => size === wanted)?.head;
  const ten = of(PARTS_OF);
  return {
    ...{ most, left, k, curve },
    closed: closedBy(curve, { gap, size: PARTS_OF }),
    onset: ten?.parts?.onset ?? null,
    body: ten?.parts?.body ?? null,
    kept: of(k)?.kept ?? null,
  };
}

function headOf(asked: ReadonlyMap<string, Head>, places: readonly number[]): Head {
  const found = asked.get(headKey(places));
  if (found) return found;
  throw new RangeError(
    `Cannot judge a cell: expected the effect of removing places ${
      places.join(", ")
    } together but ` +
      "found none: make the cell again, by the filters in force",
  );
}
