/** What became of the claims about how far latents turn and where. @module */
import { inBox, type Quadrant } from "../../lib/diff/stages/quadrants.ts";
import { activeRows, type TurningRow } from "../../lib/diff/stages/table.ts";
import { activeQuadrants, isRelevant } from "../../lib/diff/stages/turned.ts";
import { bootstrapInterval } from "../../lib/numerics/bootstrap.ts";
import { type Count, countOf, shareDifference, wilsonInterval } from "../../lib/numerics/counts.ts";
import { quantile } from "../../lib/numerics/statistics.ts";
import type { Finding, Verdict } from "../../lib/report/finding.ts";
import { formatNumber, shareText } from "../../lib/report/line.ts";
import { PAPER } from "./paper.ts";
import { ENOUGH } from "./predictions.ts";

/** Turned once: relevant more often than what turned on neither way, and more so on y than on x. */
export function quadrantOrder(rows: readonly TurningRow[]): Finding {
  const { quadrants } = activeQuadrants(rows, { percentile: 5 });
  const ours = (name: Quadrant) => countOf(quadrants[name].group, isRelevant);
  const [y, x, none] = [ours("max_change_M"), ours("max_change_D"), ours("min_change_DM")];
  const side = (name: string, key: Quadrant, count: Count) =>
    `${name} ${percent(PAPER.quadrants[key].relevant.value)} in the paper's V2, ${
      shareText(count)
    } here`;
  return {
    claim: "Latents that turned once stand between, the data's change before the model's",
    rule:
      "the 95 % intervals of three differences of relevant shares lie above 0: y alone less neither, x alone " +
      "less neither, y alone less x alone; in part where the first two do; not replicated where one of the " +
      `three lies below 0; else undecided, as with fewer than ${ENOUGH} latents on a side`,
    verdict: Math.min(y.of, x.of, none.of) < ENOUGH
      ? "undecided"
      : orderVerdict([shareDifference(y, none), shareDifference(x, none), shareDifference(y, x)]),
    text: `${side("Turned only on y:", "max_change_M", y)}; ` +
      `${side("only on x:", "max_change_D", x)}; ` +
      `${side("on neither:", "min_change_DM", none)} (p = 5 over active; V2 is cut at ` +
      "p = 10 over all latents).",
  };
}

function orderVerdict(differences: readonly { low: number; high: number }[]): Verdict {
  if (differences.some(({ high }) => high < 0)) return "not replicated";
  const holds = differences.map(({ low }) => low > 0);
  if (holds.every(Boolean)) return "replicated";
  return holds[0] && holds[1] ? "in part" : "undecided";
}

/** A tail is thin up to this share of the latents, percent. */
const THIN = 5;

/** How many latents turned far on both ways. */
export function thinTail(rows: readonly TurningRow[]): Finding {
  const active = activeRows(rows);
  const count = { count: inBox(active, 0.7).length, of: active.length };
  const [low, high] = wilsonInterval(count);
  const { value, count: boxed, of } = PAPER.box.active;
  return {
    claim: "Only a thin tail of latents falls below 0.7 on both axes",
    rule:
      `the 95 % interval of the share of active latents lies below ${THIN} %; not replicated where it lies ` +
      "above, else undecided",
    verdict: high < THIN ? "replicated" : low > THIN ? "not replicated" : "undecided",
    text: `${
      formatNumber(value, { unit: "%", digits: 1 })
    } (${boxed} of ${of}) in the paper's V2, ${shareText(count)} here, 95 % interval ${
      low.toFixed(1)
    } to ${high.toFixed(1)} %.`,
  };
}

/** Which of the two changes turns latents more, latent by latent. */
export function modelTurnsMore(
  rows: readonly TurningRow[],
  { seed }: { seed: number },
): Finding {
  const active = activeRows(rows), published = PAPER.quantiles.active;
  const rising = (["x", "y"] as const).map((axis) => {
    const values = active.map((row) => row[axis]);
    return { values, order: values.map((_, n) => n).sort((a, b) => values[a] - values[b]) };
  });
  const [x, y] = rising.map(({ values }) => quantile(values, 0.5));
  const [low, high] = bootstrapInterval([active.map((_, n) => n)], (weights) => {
    const [x, y] = rising.map((axis) => drawnMedian(axis, weights));
    return x - y;
  }, { seed, name: "medians of x and y" });
  return {
    claim: "The new model turns latents a little more than the new data",
    rule:
      "the 95 % interval of the median of x less that of y lies below 0, latents drawn again; not replicated " +
      "where it lies above, else undecided",
    verdict: high < 0 ? "replicated" : low > 0 ? "not replicated" : "undecided",
    text:
      `Median cosines x ${published.x[50].value}, y ${published.y[50].value} in the paper's V2, ` +
      `x ${x.toFixed(3)}, y ${y.toFixed(3)} here, difference ${signed(low)} to ${signed(high)}.`,
  };
}

/** The middle value where each counts as often as it was drawn; of two the lower. */
function drawnMedian(
  { values, order }: { values: readonly number[]; order: readonly number[] },
  weights: Uint32Array,
): number {
  let left = values.length / 2;
  const found = order.find((n) => (left -= weights[n]) <= 0)!;
  return values[found];
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}

function percent(value: number): string {
  return formatNumber(value, { unit: "%", digits: 0 });
}
