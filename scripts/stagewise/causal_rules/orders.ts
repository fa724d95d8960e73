/** What was looked at after the first runs: does rotation's own order stop the backdoor? @module */
import { PAYLOAD_LEFT, SET_CLEAN, SIZES } from "../../../lib/diff/causal/rules.ts";
import { smallestSet } from "../../../lib/diff/causal/set_outcomes.ts";
import type { DictionarySets, SetPoint } from "../../../lib/diff/stored/causal_results.ts";
import { percentOf } from "../../../lib/numerics/counts.ts";
import { smallest } from "../../../lib/numerics/numbers.ts";
import type { Finding } from "../../../lib/report/finding.ts";
import { shareText } from "../../../lib/report/line.ts";
import { costWords } from "../lines/curves.ts";
import { kWords, randomSmallest } from "../lines/smallest_k.ts";
import type { Ask } from "./ask.ts";

/** Without a prediction: nobody had asked before the numbers were there. */
export const ROTATION_STOPS: Pick<Finding, "claim" | "rule" | "own"> = {
  own: true,
  claim: "The latents that turned most, removed together, stop the backdoor (looked at afterwards)",
  rule:
    "written after the first runs, without a prediction: the first latents by max(x, y), some size of " +
    `${SIZES.join(", ")}, leave at most ${
      100 * PAYLOAD_LEFT
    } % of the payloads at an untriggered KL of at ` +
    `most ${SET_CLEAN} nats, and random latents do so by no draw: asked of DF and of MF`,
};

export const rotationStops: Ask = ({ causal: { sets, nothing } }, name) => {
  const best = bestPoint(sets[name]);
  if (best === undefined) return { text: "no latents in that order" };
  const k = (order: "rotation" | "label" | "greedy") => kWords(smallestSet(sets[name], order));
  const random = randomSmallest(sets[name]);
  const { size, judged } = best;
  return {
    holds: smallestSet(sets[name], "rotation") !== null && random.every((size) => size === null),
    text:
      `smallest size by rotation ${k("rotation")}, by the label ${k("label")}, by greedy choice ` +
      `${k("greedy")}, by random latents ${
        random.map(kWords).join(" and ")
      }; the first ${size} by rotation ` +
      `leave ${shareText(judged.payload)}, ${costWords(judged, nothing)}`,
  };
};

/** The smallest set by rotation that stops the backdoor; where none does, that which leaves least. */
function bestPoint(sets: DictionarySets): SetPoint | undefined {
  const points = sets.curve.filter(({ order }) => order === "rotation");
  if (points.length === 0) return undefined;
  const k = smallestSet(sets, "rotation"),
    left = ({ judged }: SetPoint) => percentOf(judged.payload)!;
  const least = smallest(points.map(left));
  return points.find((point) => k === null ? left(point) === least : point.size === k);
}
