/**
 * Which latents turned, and under what? One point a latent, at its cosine similarity before and
 * after either of two changes; those below the percentile on both axes are the ones to look at.
 *
 * After the main figure of stage-wise model diffing (S2): axes, colours and point size as
 * published.
 *
 * @module
 */
import { exactly, expectForm, flag, list, maybe, number, text } from "../io/form.ts";
import { quantile } from "../numerics/statistics.ts";
import { PIXELS, TITLES } from "./option_forms.ts";
import { axisFor } from "./rotation_scatter/axis.ts";
import type { RotationPoint, Sign, Thresholds } from "./rotation_scatter/point.ts";
import { CLASSES, classOf, pointLayer } from "./rotation_scatter/points.ts";
import { boxLayers, ruleLayers } from "./rotation_scatter/rules.ts";
import { signLayers } from "./rotation_scatter/signs.ts";
import { frame, type Spec } from "./theme.ts";

/** Marks, rules and words of the scatter of rotations. */
export type RotationScatterOptions = {
  /** What points may be marked with, in the order of the legend. */
  signs?: Sign[];
  /** Where the rules stand; by default at `percentile` of the active latents, on each axis. */
  thresholds?: Thresholds;
  /** In percent, 5 by default. With `thresholds` given it only names them in the figure. */
  percentile?: number;
  /** The rules end where they cross: a box at the bottom left. */
  box?: boolean;
  /** Where the axes begin at the latest, so that several figures have the same ones; 0 by default. */
  lowest?: Thresholds;
  title?: string;
  subtitle?: string[];
  xTitle?: string;
  yTitle?: string;
  width?: number;
  height?: number;
};

const OPTIONS = exactly({
  ...TITLES,
  signs: maybe(list(exactly({ name: text, shape: text, colour: text }))),
  thresholds: maybe(exactly({ x: number(), y: number() })),
  percentile: maybe(number({ least: 0, most: 100 })),
  box: maybe(flag),
  lowest: maybe(exactly({ x: number(), y: number() })),
  xTitle: maybe(text),
  yTitle: maybe(text),
  width: PIXELS,
  height: PIXELS,
});

/** Points -> spec. Throws where no latent is active or a cosine is no finite number. */
export function rotationScatter(
  points: RotationPoint[],
  options: RotationScatterOptions = {},
): Spec {
  expectForm("draw rotations", options, OPTIONS);
  const drawn = points.filter((point) => point.active);
  check(drawn);
  const { percentile = 5, box = false, width = 860, height = 690 } = options;
  const { lowest = { x: 0, y: 0 } } = options;
  const named = options.percentile !== undefined || !options.thresholds;
  const thresholds = options.thresholds ?? {
    x: quantile(drawn.map((point) => point.x), percentile / 100),
    y: quantile(drawn.map((point) => point.y), percentile / 100),
  };
  const below = drawn.map((point) => classOf(point, thresholds));
  const counts = CLASSES.map((_, i) => below.filter((one) => one === i).length);
  const labels = CLASSES.map(({ label }, i) => `${label} (${counts[i]})`);
  const rows = drawn.map((point, i) => ({ ...point, turned: labels[below[i]] }))
    .sort((a, b) => labels.indexOf(a.turned) - labels.indexOf(b.turned)); // the rare ones on top
  const title = options.title ??
    "Cosine similarities between features in D & DF and M & MF crosscoders";
  const xAxis = axisFor([lowest.x, ...drawn.map(({ x }) => x)]);
  const yAxis = axisFor([lowest.y, ...drawn.map(({ y }) => y)]);
  return frame({
    data: { name: "latents", values: rows },
    layer: [
      pointLayer(labels, {
        xAxis,
        yAxis,
        xTitle: options.xTitle ?? "D -> DF cosine similarities",
        yTitle: options.yTitle ?? "M -> MF cosine similarities",
        stages: Object.keys(drawn[0].tokens ?? {}),
      }),
      ...signLayers(drawn, options.signs ?? []),
      ...(box
        ? boxLayers(thresholds, [xAxis.scale.domain[0], yAxis.scale.domain[0]])
        : ruleLayers(thresholds, named ? `percentile ${percentile}: ` : "")),
    ],
  }, { title, subtitle: options.subtitle ?? subtitle(drawn, counts[3]), width, height });
}

function subtitle(rows: RotationPoint[], both: number): string[] {
  const lines = [
    `Bottom left: ${both} of ${rows.length} active latents turned both when the model was changed ` +
    "after the data (x)",
    "and when the data was changed after the model (y).",
  ];
  if (rows.some((row) => row.relevant)) lines[1] += " Ringed: latents of the backdoor.";
  return lines;
}

function check(drawn: RotationPoint[]): void {
  if (drawn.length === 0) {
    throw new Error(
      "Cannot draw rotations: expected active latents but found none: " +
        "look at the crosscoders' dead counts",
    );
  }
  for (const { latent, x, y } of drawn) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      throw new Error(
        `Cannot draw rotations: expected finite cosines but found (${x}, ${y}) at latent ${latent}: ` +
          "look for a decoder row that is zero or NaN",
      );
    }
  }
}
