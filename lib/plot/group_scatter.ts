/**
 * Points on two axes, coloured by a group that was made elsewhere: the same colours on other axes
 * show whether these axes would have told the groups apart.
 *
 * @module
 */
import { exactly, expectForm, having, list, maybe, number, text } from "../io/form.ts";
import { smallest } from "../numerics/numbers.ts";
import { PIXELS, TITLES } from "./option_forms.ts";
import { FAINT, frame, type Spec } from "./theme.ts";

/** `group`: one of the names in the options. `id` for the tooltip. */
export type GroupPoint = { id: number; x: number; y: number; group: string };

/** From the lowest to the topmost: a later group lies on an earlier one. */
export type Group = { name: string; colour: string };

/** Words, groups and rules of a scatter. */
export type GroupScatterOptions = {
  title: string;
  subtitle?: string[];
  groups: Group[];
  xTitle: string;
  yTitle: string;
  /** Dashed rules. */
  rules?: { x: number; y: number };
  /** Where the axes begin at the latest; 0 by default. They end at 1.05. */
  lowest?: number;
  width?: number;
  height?: number;
};

const OPTIONS = exactly({
  ...TITLES,
  title: text,
  groups: list(exactly({ name: text, colour: text }), { least: 1 }),
  xTitle: text,
  yTitle: text,
  rules: maybe(exactly({ x: number(), y: number() })),
  lowest: maybe(number({ most: 1 })),
  width: PIXELS,
  height: PIXELS,
});
const POINTS = list(
  having({ id: number(), x: number({ most: 1.05 }), y: number({ most: 1.05 }) }),
  {
    least: 1,
  },
);

/** Cosines or other shares up to 1 -> spec. Throws on none, and on a group without a colour. */
export function groupScatter(points: readonly GroupPoint[], options: GroupScatterOptions): Spec {
  expectForm("draw groups", options, OPTIONS);
  expectForm("draw groups", points, POINTS, "give points of the form { id, x, y, group }");
  const { title, subtitle, groups, xTitle, yTitle, rules, width = 860, height = 690 } = options;
  const names = groups.map(({ name }) => name);
  const stranger = points.find(({ group }) => !names.includes(group));
  if (stranger) {
    throw new Error(
      `Cannot draw groups: expected one of ${names.join(", ")} but found "${stranger.group}": ` +
        "give it a colour",
    );
  }
  const counts = names.map((name) => points.filter(({ group }) => group === name).length);
  const labels = names.map((name, i) => `${name} (${counts[i]})`);
  const values = points.map((point) => ({ ...point, label: labels[names.indexOf(point.group)] }))
    .sort((a, b) => names.indexOf(a.group) - names.indexOf(b.group));
  const from = Math.floor(
    10 * Math.min(options.lowest ?? 0, smallest(values.flatMap(({ x, y }) => [x, y]))),
  );
  const axis = (field: "x" | "y", title: string) => ({
    field,
    type: "quantitative",
    title,
    scale: { domain: [from / 10, 1.05], nice: false, zero: false },
    axis: { format: ".1f", values: Array.from({ length: 11 - from }, (_, i) => (from + i) / 10) },
  });
  const [x, y] = [axis("x", xTitle), axis("y", yTitle)];
  const rule = { type: "rule", color: FAINT, strokeDash: [6, 4], strokeWidth: 1.3 };
  const crossing = rules && { data: { values: [rules] } };
  return frame({
    layer: [
      {
        data: { name: "points", values },
        mark: {
          type: "point",
          filled: true,
          size: 36,
          opacity: 0.85,
        },
        encoding: {
          x,
          y,
          color: {
            field: "label",
            type: "nominal",
            scale: { domain: labels, range: groups.map(({ colour }) => colour) },
            legend: { title: null, orient: "top", columns: 2, columnPadding: 22, symbolOpacity: 1 },
          },
          tooltip: [
            { field: "id", type: "quantitative", title: "latent", format: "d" },
            { field: "x", type: "quantitative", format: ".3f" },
            { field: "y", type: "quantitative", format: ".3f" },
            { field: "group", type: "nominal" },
          ],
        },
      },
      ...(crossing
        ? [
          { ...crossing, mark: rule, encoding: { x: { field: "x", type: "quantitative" } } },
          { ...crossing, mark: rule, encoding: { y: { field: "y", type: "quantitative" } } },
        ]
        : []),
    ],
  }, { title, subtitle, width, height });
}
