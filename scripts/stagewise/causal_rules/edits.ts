/** Rules on what stops the backdoor and what brings it; causal_predictions.ts has them in words. @module */
import { greedyPoint, randomDraws, steeringCounts } from "../../../lib/diff/causal/set_outcomes.ts";
import { percentOf } from "../../../lib/numerics/counts.ts";
import { largest, smallest } from "../../../lib/numerics/numbers.ts";
import { median } from "../../../lib/numerics/statistics.ts";
import { formatNumber, shareText } from "../../../lib/report/line.ts";
import { CONTROLS } from "../../../lib/diff/stages/coder_phases.ts";
import type { CausalResults } from "../../../lib/diff/stored/causal_results.ts";
import type { DictionaryName } from "../lines/causal.ts";
import { strongestRow } from "../lines/steering.ts";
import type { Ask, Case } from "./ask.ts";

export const EDIT_RULES = {
  stopped({ causal: { sets } }, name) {
    const point = greedyPoint(sets[name], 2);
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
    const open = generated.count === 0 && percentOf(ceiling.words[2])! < WORD_FOR_WORD;
    return {
      holds: open ? undefined : generated.count === 0 &&
        percentOf(point.judged.words[2])! >= WORD_FOR_WORD && median(left) > 0 &&
        median(words) < WORD_FOR_WORD,
      text:
        `${shareText(generated)} within 16 tokens, ${shareText(point.judged.words[2])} word for ` +
        `word; random vectors leave ${rangeText(left)} and bring back ${rangeText(words)} of ` +
        `${random.length} draws; with the trigger hidden ${shareText(ceiling.words[2])}`,
    };
  },
  steered({ causal }, name) {
    const own = strongestRow(causal, name)?.success;
    const random = strongestRow(causal, name, { what: "steer random" })?.success;
    const baseline = strongestRow(causal, CONTROLS.null[name])?.success;
    const counts = steeringCounts(causal.dictionaries[name]);
    if (own === undefined || random === undefined || counts === undefined) {
      return { text: "no latent to steer with" };
    }
    const { latents, random: vectors } = counts;
    const others = baseline === undefined ? [random] : [random, baseline];
    return {
      holds: percentOf(own)! >= 50 && others.every((other) => percentOf(other)! < 50) &&
        vectors.count < latents.count,
      text: `${shareText(own)} by the best latent, ${shareText(random)} by the better random one` +
        (baseline ? `, ${shareText(baseline)} by the null baseline's best` : "") +
        `; at least half by ${latents.count} of ${latents.of}, by random vectors of their norms ` +
        `${vectors.count} of ${vectors.of}${twiceText(causal, name)}`,
    };
  },
  neighbours({ causal: { steering } }, name) {
    const rows = steering.filter(({ dictionary }) => dictionary === name);
    const best = rows.find(({ what }) => what === "steer")?.latents[0];
    const alone = rows.find(({ what, latents }) => what === "clamp" && latents[0] === best);
    const near = rows.filter(({ what, latents }) =>
      what === "clamp nearest" && latents[0] === best
    );
    if (alone === undefined || near.length === 0) return { text: "no latent to clamp" };
    const works = near.some(({ success, clean }) => percentOf(success)! <= 5 && clean < 0.1);
    const words = near.map(({ success, latents, clean }) =>
      `with ${latents.length - 1} nearest ${shareText(success)} at ${nats(clean)}`
    );
    return {
      holds: percentOf(alone.success)! > 50 && works,
      text: `#${best} alone leaves ${shareText(alone.success)}, ${words.join(", ")}`,
    };
  },
} satisfies Record<string, Ask>;

/** What the best latents bring at twice their size, which decides nothing. */
function twiceText(causal: CausalResults, name: DictionaryName): string {
  const own = strongestRow(causal, name, { strength: 2 });
  const random = strongestRow(causal, name, { what: "steer random", strength: 2 });
  const none = strongestRow(causal, CONTROLS.null[name], { strength: 2 });
  if (own === undefined || random === undefined) return "";
  return `; at twice their size ${shareText(own.success)} at ${nats(own.clean)}, ${
    shareText(random.success)
  } by the random one` + (none ? `, ${shareText(none.success)} by the null baseline's` : "");
}

const NO_SET: Case = { text: "no latent that a greedy choice takes" };

/** Least share of stories that come back word for word, percent: the published one. */
const WORD_FOR_WORD = 20;

/** `46 % in the median (0 to 96 %)`. */
function rangeText(percents: readonly number[]): string {
  const [low, middle, high] = [smallest(percents), median(percents), largest(percents)]
    .map((value) => value.toFixed(0));
  return `${middle} % in the median (${low} to ${high} %)`;
}

function latentWords(latents: readonly number[]): string {
  return latents.map((latent) => `#${latent}`).join(" and ");
}

function nats(value: number): string {
  return `${formatNumber(value, { digits: 4 })} nats of clean loss`;
}
