/**
 * What kind of latent fills each quadrant of the rotation scatter? One bar of 100 % a quadrant,
 * stacked by kind, with shares and counts in it.
 *
 * After the quadrant figure of stage-wise model diffing (S3).
 *
 * @module
 */
import { exactly, expectForm, list, text } from "../io/form.ts";
import { PIXELS, TITLES } from "./option_forms.ts";
import { frame, INK, INK_ON_COLOUR, type Spec } from "./theme.ts";

/** How many latents of each kind a quadrant has. */
export type QuadrantCounts = {
  quadrant: string;
  /** Latents of each kind; a latent is counted once. */
  counts: Record<string, number>;
};

/** A part of the stack; `name` is the key in `counts` and the word in the legend. */
export type Segment = { name: string; colour: string };

/** Words, segments and sizes of the bars. */
export type QuadrantBarsOptions = {
  /** From the bottom of the stack to its top. */
  segments: Segment[];
  title?: string;
  subtitle?: string[];
  width?: number;
  height?: number;
};

/** Shares below this, in percent, have no room for a label: it stands beside the bar. */
const ROOM = 4;

const OPTIONS = exactly({
  ...TITLES,
  segments: list(exactly({ name: text, colour: text }), { least: 1 }),
  width: PIXELS,
  height: PIXELS,
});

/** Counts -> spec. Throws where there are no latents at all, or a kind has no segment. */
export function quadrantBars(rows: QuadrantCounts[], options: QuadrantBarsOptions): Spec {
  expectForm("draw quadrants", options, OPTIONS);
  const { segments, width = 860, height = 560 } = options;
  check(rows, segments);
  const parts = rows.flatMap((row) => stack(row, segments));
  const x = {
    field: "quadrant",
    type: "nominal",
    scale: { domain: rows.map(({ quadrant }) => quadrant), paddingInner: 0.45, paddingOuter: 0.25 },
    axis: {
      title: null,
      labelAngle: 0,
      labelPadding: 8,
      labelLineHeight: 20,
      domain: false,
      ticks: false,
      labelExpr: `[datum.label, ${JSON.stringify(totals(rows))}[datum.label]]`,
    },
  };
  const y = (field: string) => ({
    field,
    type: "quantitative",
    stack: null,
    scale: { domain: [0, 100], nice: false },
    axis: { title: "Percentage of Total Features", tickCount: 6 },
  });
  const label = { type: "text", color: INK, fontSize: 14, baseline: "middle" };
  const text = { field: "label", type: "nominal" };
  return frame({
    data: { name: "parts", values: parts },
    layer: [
      {
        transform: [{ filter: "datum.count > 0" }],
        mark: { type: "bar", stroke: "white", strokeWidth: 1 },
        encoding: {
          x,
          y: y("from"),
          y2: { field: "to" },
          color: {
            field: "kind",
            type: "nominal",
            scale: {
              domain: segments.map(({ name }) => name),
              range: segments.map(({ colour }) => colour),
            },
            legend: { title: null, orient: "top", symbolType: "square", columnPadding: 24 },
          },
          tooltip: [
            { field: "quadrant", type: "nominal" },
            { field: "kind", type: "nominal" },
            { field: "count", type: "quantitative", format: "d" },
            { field: "share", type: "quantitative", format: ".2f", title: "percent" },
          ],
        },
      },
      {
        transform: [{ filter: `datum.share >= ${ROOM}` }],
        mark: { ...label, align: "center", color: INK_ON_COLOUR },
        encoding: { x, y: y("middle"), text },
      },
      {
        transform: [{ filter: `datum.count > 0 && datum.share < ${ROOM}` }],
        mark: { ...label, align: "left", fontSize: 13, dx: { expr: "bandwidth('x') / 2 + 8" } },
        encoding: { x, y: y("beside"), text },
      },
    ],
  }, {
    title: options.title ?? "Feature Distribution Across Quadrants",
    subtitle: options.subtitle ?? [
      "Share of each kind among the latents of a quadrant, in percent, and their count in brackets.",
      "A kind that is common at the left and rare at the right is what the two changes brought.",
    ],
    width,
    height,
  });
}

/** One row a segment: its bounds in percent, and where its label goes. */
function stack(row: QuadrantCounts, segments: Segment[]) {
  const total = sum(row);
  let from = 0;
  let lowestFree = 1.5;
  return segments.map(({ name }) => {
    const count = row.counts[name] ?? 0;
    const share = total === 0 ? 0 : 100 * count / total;
    const to = from + share;
    const middle = (from + to) / 2;
    const beside = Math.max(middle, lowestFree);
    if (count > 0 && share < ROOM) lowestFree = beside + 4; // two thin neighbours keep apart
    const part = {
      quadrant: row.quadrant,
      kind: name,
      count,
      share,
      from,
      to,
      middle,
      beside: Math.min(beside, 98.5),
      label: `${share.toFixed(share < 10 ? 1 : 0)} % (${count})`,
    };
    from = to;
    return part;
  });
}

function totals(rows: QuadrantCounts[]): Record<string, string> {
  return Object.fromEntries(rows.map((row) => [row.quadrant, `${sum(row)} latents`]));
}

function sum(row: QuadrantCounts): number {
  return Object.values(row.counts).reduce((total, count) => total + count, 0);
}

function repeated(names: string[]): string | undefined {
  return names.find((name, i) => names.indexOf(name) !== i);
}

function check(rows: QuadrantCounts[], segments: Segment[]): void {
  const known = segments.map(({ name }) => name);
  const twice = repeated(known) ?? repeated(rows.map(({ quadrant }) => quadrant));
  if (twice !== undefined) {
    throw new Error(
      `Cannot draw quadrants: expected names that differ but found "${twice}" twice: rename one of them`,
    );
  }
  for (const { quadrant, counts } of rows) {
    for (const [name, count] of Object.entries(counts)) {
      if (!known.includes(name)) {
        throw new Error(
          `Cannot draw quadrants: expected one of ${known.join(", ")} but found "${name}" in ` +
            `${quadrant}: rename it or give its segment a colour`,
        );
      }
      if (!Number.isInteger(count) || count < 0) {
        throw new Error(
          `Cannot draw quadrants: expected a count but found ${count} for "${name}" in ${quadrant}: ` +
            "give numbers of latents, not shares",
        );
      }
    }
  }
  if (!rows.some((row) => sum(row) > 0)) {
    throw new Error(
      "Cannot draw quadrants: expected latents but found none in any quadrant: count them first",
    );
  }
}
