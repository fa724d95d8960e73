/** Rules on which latents are causal and where they lie; causal_predictions.ts has them in words. @module */
import { OWN_KEPT } from "../../../lib/diff/causal/edits/removal.ts";
import { type CausalSummary, ownCounts } from "../../../lib/diff/causal/summary.ts";
import { CONTROLS } from "../../../lib/diff/stages/coder_phases.ts";
import type { CausalResults, DictionaryTruth } from "../../../lib/diff/stored/causal_results.ts";
import { percentOf, shareDifference } from "../../../lib/numerics/counts.ts";
import { largest, smallest } from "../../../lib/numerics/numbers.ts";
import { median } from "../../../lib/numerics/statistics.ts";
import { shareText } from "../../../lib/report/line.ts";
import { type DictionaryName, summaryOf } from "../lines/causal.ts";
import { ENOUGH } from "../predictions.ts";
import type { Ask } from "./ask.ts";

export const LATENT_RULES = {
  few(run, name) {
    const { causal: count, latents: of } = summaryOf(run, name);
    const none = summaryOf(run, name, "null"), others = { count: none.causal, of: none.latents };
    const some = count >= 1 && count <= 0.03 * of;
    const more = some && of > 0 && others.of > 0 && shareDifference({ count, of }, others);
    const truth = run.causal.dictionaries[name];
    return {
      holds: more && more.high >= 0 ? more.low > 0 || undefined : false,
      text: `${shareText({ count, of })} causal, of the null baseline's ${shareText(others)}` +
        (count > 0
          ? `, ${sharedCausal(run.causal, name)} in both${leftText(truth)}${ownText(truth)}`
          : ""),
    };
  },
  corner(run, name) {
    const [own, none] = [summaryOf(run, name), summaryOf(run, name, "null")].map(cornerOf);
    if (own.there.count + own.elsewhere.count === 0) return { text: "no causal latent to place" };
    const { there, elsewhere } = own;
    const text = `${shareText(there)} at the bottom left, ${shareText(elsewhere)} elsewhere; of ` +
      `the null baseline's ${shareText(none.there)} and ${shareText(none.elsewhere)}`;
    if (there.of < ENOUGH || elsewhere.of < ENOUGH) return { text };
    const { difference, low, high } = shareDifference(there, elsewhere);
    const open = low <= 0 && high >= 0;
    return { holds: open ? undefined : low > 0 && difference > enrichment(none), text };
  },
  ranked(run, name) {
    const { rotation, label, causal } = summaryOf(run, name);
    const none = summaryOf(run, name, "null");
    if (rotation === undefined || label === undefined) return { text: "no causal latent to rank" };
    const above = rotation > label && (none.rotation === undefined || rotation > none.rotation);
    const open = causal < LEAST_CAUSAL || (above && rotation >= 0.7 && rotation < RANKED);
    return {
      holds: open ? undefined : above && rotation >= RANKED,
      text: `area ${rotation.toFixed(2)} by max(x, y), ${label.toFixed(2)} by the label, ` +
        `${causal} causal latents; in the null baseline's ${
          none.rotation?.toFixed(2) ?? "no area"
        }, ${none.causal} causal`,
    };
  },
  labelled(run, name) {
    const { labelled: of, labelledCausal: count } = summaryOf(run, name);
    return {
      holds: of < ENOUGH ? undefined : count >= of / 2,
      text: `${shareText({ count, of })} causal`,
    };
  },
} satisfies Record<string, Ask>;

/** From this area on rotation ranks causal latents. */
const RANKED = 0.8;

/** Fewer causal latents than this are ranked highly by chance too often. */
const LEAST_CAUSAL = 3;

/** What the causal latents leave when they are removed one by one. */
function leftText({ latents }: DictionaryTruth): string {
  const left = latents.filter(({ causal }) => causal).map(({ payload }) => 100 * payload);
  const [low, middle, high] = [smallest(left), median(left), largest(left)]
    .map((percent) => percent.toFixed(0));
  return `; removed alone they leave ${middle} % of the payloads in the median (${low} to ${high} %)`;
}

/** What random vectors do in their places. */
function ownText(truth: DictionaryTruth): string {
  return OWN_KEPT.map((keep) => {
    const { unmatched, called, draws } = ownCounts(truth, keep);
    return `; in the place of ${unmatched.count} of ${unmatched.of} none of ${draws} random vectors ` +
      `(${keep} kept) does as much, though ${shareText(called)} would be called causal`;
  }).join("");
}

/** How many of a dictionary's causal latents are causal in the null baseline's as well. */
function sharedCausal({ dictionaries }: CausalResults, name: DictionaryName): number {
  const none = dictionaries[CONTROLS.null[name]].latents;
  return dictionaries[name].latents.filter(({ causal }, i) => causal && none[i].causal).length;
}

/** Causal latents at the bottom left, and among all others. */
function cornerOf({ causal, latents, places: { both } }: CausalSummary) {
  return {
    there: { count: both.causal, of: both.latents },
    elsewhere: { count: causal - both.causal, of: latents - both.latents },
  };
}

/** By how many points the bottom left holds more of them. */
function enrichment({ there, elsewhere }: ReturnType<typeof cornerOf>): number {
  return (percentOf(there) ?? 0) - (percentOf(elsewhere) ?? 0);
}
