/**
 * What became of the claims about cause in one run: causal_predictions.ts has them and the rules.
 *
 * @module
 */
import { pointOf } from "../../lib/diff/causal/summary.ts";
import type { CausalResults, Judged, SteeringRow } from "../../lib/diff/stored/causal_results.ts";
import { percentOf, wilsonInterval } from "../../lib/numerics/counts.ts";
import { median } from "../../lib/numerics/statistics.ts";
import { type Finding, predicted, verdictOfAsked } from "../../lib/report/finding.ts";
import { formatNumber, shareText } from "../../lib/report/line.ts";
import { CAUSAL_PREDICTIONS } from "./causal_predictions.ts";
import { DICTIONARIES, type DictionaryName, summaryOf } from "./lines/causal.ts";
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
    return {
      holds: count >= 1 && count <= 0.03 * of,
      text: `${shareText({ count, of })} causal, ${necessary} necessary`,
    };
  },
  stopped({ causal: { sets } }, name) {
    const point = twoOf(sets[name]);
    const random = sets[name].curve.filter(({ order }) => order === "random vectors")
      .map(({ judged: { payload } }) => percentOf(payload)!);
    if (point === undefined || random.length === 0) return NO_SET;
    const { payload, clean } = point.judged;
    return {
      holds: percentOf(payload)! <= 5 && clean < 0.01 && median(random) > 50,
      text: `${latentWords(point.latents)} leave ${shareText(payload)} at ${nats(clean)}, random ` +
        `vectors ${median(random).toFixed(0)} % in the median of ${random.length}`,
    };
  },
  perfect({ causal: { sets, ceiling } }, name) {
    const point = sets[name].edits.find(({ edit, latents }) =>
      edit === "ablate" && latents.length === Math.min(2, sets[name].chosen.length)
    );
    const generated = point?.judged.generated;
    if (point === undefined || generated === undefined) return NO_SET;
    const words = (judged: Judged) => shareText(judged.words[2]);
    return {
      holds: generated.count === 0 && percentOf(point.judged.words[2])! >= 20,
      text:
        `${shareText(generated)} within 16 tokens, ${
          words(point.judged)
        } word for word; with the ` +
        `trigger hidden ${words(ceiling)}`,
    };
  },
  corner(run, name) {
    const { causal, latents, places: { both } } = summaryOf(run, name);
    if (causal === 0 || both.latents === 0) return { text: "no causal latent to place" };
    const others = { count: causal - both.causal, of: latents - both.latents };
    const [low] = wilsonInterval({ count: both.causal, of: both.latents });
    return {
      holds: low > wilsonInterval(others)[1],
      text: `${shareText({ count: both.causal, of: both.latents })} at the bottom left, ` +
        `${shareText(others)} elsewhere`,
    };
  },
  ranked(run, name) {
    const { rotation, label } = summaryOf(run, name);
    if (rotation === undefined || label === undefined) return { text: "no causal latent to rank" };
    return {
      holds: rotation >= 0.8 && rotation > label,
      text: `area ${rotation.toFixed(2)} by max(x, y), ${label.toFixed(2)} by the label`,
    };
  },
  labelled(run, name) {
    const { labelled: of, labelledCausal: count } = summaryOf(run, name);
    return {
      holds: of > 0 ? count >= of / 2 : undefined,
      text: `${shareText({ count, of })} causal`,
    };
  },
  steered({ causal: { steering } }, name) {
    const of = (what: SteeringRow["what"]) =>
      steering.filter((row) => row.dictionary === name && row.what === what && row.strength === 1)
        .map(({ success }) => success).sort((a, b) => b.count - a.count)[0];
    const [own, random] = [of("steer"), of("steer random")];
    if (own === undefined || random === undefined) return { text: "no latent to steer with" };
    return {
      holds: percentOf(own)! >= 50 && percentOf(random)! < 50,
      text: `${shareText(own)} by the best latent, ${shareText(random)} by the better random one`,
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
