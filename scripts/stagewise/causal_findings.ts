/**
 * What became of the claims about cause in one run: causal_predictions.ts has them and the rules.
 *
 * @module
 */
import { steeringCounts } from "../../lib/diff/causal/set_outcomes.ts";
import { type CausalSummary, pointOf } from "../../lib/diff/causal/summary.ts";
import { CONTROLS } from "../../lib/diff/stages/coder_phases.ts";
import type { CausalResults, Judged, SteeringRow } from "../../lib/diff/stored/causal_results.ts";
import { percentOf, shareDifference } from "../../lib/numerics/counts.ts";
import { largest, smallest } from "../../lib/numerics/numbers.ts";
import { median } from "../../lib/numerics/statistics.ts";
import { type Finding, predicted, verdictOfAsked } from "../../lib/report/finding.ts";
import { formatNumber, shareText } from "../../lib/report/line.ts";
import { CAUSAL_PREDICTIONS } from "./causal_predictions.ts";
import { DICTIONARIES, type DictionaryName, summaryOf } from "./lines/causal.ts";
import { ENOUGH } from "./predictions.ts";
import type { StagewiseResults } from "./results.ts";

/** One case of a claim: whether its rule holds, nothing where it cannot be asked, and the numbers. */
type Case = { holds?: boolean; text: string };
type Ask = (run: Causal, name: DictionaryName) => Case;
type Causal = StagewiseResults & { causal: CausalResults };

/** The findings of a run; none where its sites cannot be edited. */
export function causalFindings(run: StagewiseResults): Finding[] {
  const { causal } = run;
  if (causal === undefined) return [];
  return (Object.keys(ASKED) as (keyof typeof CAUSAL_PREDICTIONS)[]).map((key) => {
    const cases = DICTIONARIES.map((name) => ASKED[key]({ ...run, causal }, name));
    const prediction = CAUSAL_PREDICTIONS[key];
    return predicted({ ...prediction, rule: `${prediction.rule}: asked of DF and of MF` }, {
      verdict: verdictOfAsked(cases.map(({ holds }) => holds)),
      text: `${cases.map(({ text }, n) => `${DICTIONARIES[n]}: ${text}`).join("; ")}.`,
    });
  });
}

const ASKED: Record<keyof typeof CAUSAL_PREDICTIONS, Ask> = {
  few(run, name) {
    const { causal: count, latents: of, necessary } = summaryOf(run, name);
    const shared = sharedCausal(run.causal, name);
    return {
      holds: count >= 1 && count <= 0.03 * of,
      text: `${shareText({ count, of })} causal, ${necessary} necessary` +
        (count > 0 ? `; ${shared} of ${count} causal in the null baseline's ${name} as well` : ""),
    };
  },
  stopped({ causal: { sets } }, name) {
    const point = twoOf(sets[name]);
    const random = randomDraws(sets[name]).map(({ payload }) => percentOf(payload)!);
    if (point === undefined || random.length === 0) return NO_SET;
    const { payload, clean } = point.judged;
    return {
      holds: percentOf(payload)! <= 5 && clean < 0.01 && median(random) > 50,
      text: `${latentWords(point.latents)} leave ${shareText(payload)} at ${nats(clean)}, random ` +
        `vectors ${rangeText(random)} of ${random.length} draws`,
    };
  },
  perfect({ causal: { sets, ceiling } }, name) {
    const point = sets[name].edits.find(({ edit, latents }) =>
      edit === "ablate" && latents.length === Math.min(2, sets[name].chosen.length)
    );
    const generated = point?.judged.generated, random = randomDraws(sets[name]);
    if (point === undefined || generated === undefined || random.length === 0) return NO_SET;
    const left = random.map(({ payload }) => percentOf(payload)!);
    const words = random.map(({ words }) => percentOf(words[2])!);
    return {
      holds: generated.count === 0 && percentOf(point.judged.words[2])! >= WORD_FOR_WORD &&
        median(left) > 0 && median(words) < WORD_FOR_WORD,
      text:
        `${shareText(generated)} within 16 tokens, ${shareText(point.judged.words[2])} word for ` +
        `word; random vectors leave ${rangeText(left)} and bring back ${rangeText(words)} of ` +
        `${random.length} draws; with the trigger hidden ${shareText(ceiling.words[2])}`,
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
    const above = none.rotation === undefined || rotation > none.rotation;
    return {
      holds: causal < LEAST_CAUSAL ? undefined : rotation >= 0.8 && rotation > label && above,
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
  steered({ causal: { steering, dictionaries } }, name) {
    const of = (what: SteeringRow["what"]) =>
      steering.filter((row) => row.dictionary === name && row.what === what && row.strength === 1)
        .map(({ success }) => success).sort((a, b) => b.count - a.count)[0];
    const [own, random] = [of("steer"), of("steer random")];
    const counts = steeringCounts(dictionaries[name]);
    if (own === undefined || random === undefined || counts === undefined) {
      return { text: "no latent to steer with" };
    }
    const { latents, random: vectors } = counts;
    return {
      holds: percentOf(own)! >= 50 && percentOf(random)! < 50 && vectors.count < latents.count,
      text:
        `${shareText(own)} by the best latent, ${shareText(random)} by the better random one; ` +
        `at least half by ${latents.count} of ${latents.of}, by random vectors of their norms ` +
        `${vectors.count} of ${vectors.of}`,
    };
  },
  neighbours({ causal: { steering } }, name) {
    const rows = steering.filter(({ dictionary }) => dictionary === name);
    const best = rows.find(({ what }) => what === "steer")?.latents[0];
    const alone = rows.find(({ what, latents }) => what === "clamp" && latents[0] === best);
    const near = rows.filter(({ what, latents }) =>
      what === "clamp nearest" && latents[0] === best
    );
    if (alone === undefined) return { text: "no latent to clamp" };
    const works = near.some(({ success, clean }) => percentOf(success)! <= 5 && clean < 0.1);
    const words = near.map(({ success, latents, clean }) =>
      `with ${latents.length - 1} nearest ${shareText(success)} at ${nats(clean)}`
    );
    return {
      holds: percentOf(alone.success)! > 50 && works,
      text: `#${best} alone leaves ${shareText(alone.success)}, ${words.join(", ")}`,
    };
  },
};

const NO_SET: Case = { text: "no latent that a greedy choice takes" };

/** Least share of stories that come back word for word, percent: the published one. */
const WORD_FOR_WORD = 20;

/** Fewer causal latents than this are ranked highly by chance too often. */
const LEAST_CAUSAL = 3;

/** What random vectors of the norm of the winning set leave, one a draw. */
function randomDraws({ curve }: CausalResults["sets"][string]): Judged[] {
  return curve.filter(({ order }) => order === "random vectors").map(({ judged }) => judged);
}

/** `46 % in the median (0 to 96 %)`. */
function rangeText(percents: readonly number[]): string {
  const [low, middle, high] = [smallest(percents), median(percents), largest(percents)]
    .map((value) => value.toFixed(0));
  return `${middle} % in the median (${low} to ${high} %)`;
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

/** The first two latents of the greedy order, or the one there is. */
function twoOf(sets: CausalResults["sets"][string]) {
  return pointOf(sets, "greedy", 2) ?? pointOf(sets, "greedy", 1);
}

function latentWords(latents: readonly number[]): string {
  return latents.map((latent) => `#${latent}`).join(" and ");
}

function nats(value: number): string {
  return `${formatNumber(value, { digits: 4 })} nats of clean loss`;
}
