/** What trainings logged, as curves in a notebook. @module */
import { linePanels } from "../line_panels.ts";
import type { MimeBundle } from "./displaying.ts";
import { figureBundle } from "./figure.ts";

/** Numbers of a logged step by their names. */
export type Metrics = Readonly<Record<string, number>>;

/** Logged steps, in their order. */
export type Steps = readonly { step: number; metrics: Metrics }[];

/** Trainings that one figure tells apart, and points of a curve. */
const MOST_TRAININGS = 24, MOST_POINTS = 200;

/** A panel for each metric, a line for each training, the last 24 of them; words where none logged. */
export async function lossCurves(logged: ReadonlyMap<string, Steps>): Promise<MimeBundle> {
  const trainings = [...logged].slice(-MOST_TRAININGS);
  if (trainings.length === 0) return { "text/plain": "nothing was logged yet" };
  const metrics = new Set(trainings.flatMap(([, [{ metrics }]]) => Object.keys(metrics)));
  const series = trainings.map(([name]) => name);
  const figure = linePanels(
    [...metrics].map((metric) => ({
      title: metric.replaceAll("_", " "),
      xTitle: "step",
      yTitle: "",
      points: trainings.flatMap(([series, steps]) => curve(steps, metric, series)),
    })),
    {
      title: series.length === 1 ? `Training of ${series[0]}` : "Trainings",
      series,
      columns: 3,
      width: 240,
      height: 160,
    },
  );
  return await figureBundle(figure);
}

/** Means over equal stretches of steps where there are more steps than points. */
function curve(steps: Steps, metric: string, series: string) {
  const stretch = Math.ceil(steps.length / MOST_POINTS);
  return Array.from({ length: Math.ceil(steps.length / stretch) }, (_, i) => {
    const part = steps.slice(i * stretch, (i + 1) * stretch);
    const sum = part.reduce((sum, { metrics }) => sum + metrics[metric], 0);
    return { x: part[part.length - 1].step, y: sum / part.length, series };
  }).filter(({ y }) => Number.isFinite(y));
}
