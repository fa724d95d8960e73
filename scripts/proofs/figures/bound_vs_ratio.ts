/**
 * proofs-bound-vs-ratio (P4): are bounds better where the attention scores are nearer to rank one?
 *
 *   deno task figures proofs-bound-vs-ratio
 *
 * x: ratio of the two largest singular values of EQKE. y: published bounds over the true accuracy,
 * coloured by how they bound the attention error; the exact scores are left out, they need no rank.
 * Lines: least squares. Three pictures: the best bound of each way and model; the same for ratios
 * below 375 alone; every strategy.
 *
 * @module
 */
import { largest, smallest } from "../../../lib/numerics/numbers.ts";
import { type BoundPanel, type BoundPoint, boundScatter } from "../../../lib/plot/bound_scatter.ts";
import { best, normalisedRows, theoremName } from "../../../lib/proofs/run/groups.ts";
import {
  byFamily,
  familyTitle,
  type ModelResult,
  type ProofsRun,
} from "../../../lib/proofs/run/results.ts";
import { linearFit } from "../../../lib/numerics/statistics.ts";
import { numberLine } from "../../../lib/report/line.ts";
import { singularRatio } from "../../../lib/proofs/run/model_numbers.ts";
import { ratioLines } from "../lines/story.ts";
import type { Drawing, Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";
import { HANDLING_COLOURS } from "./common.ts";

const TITLE = "Bound against how nearly rank one the attention scores are";

/** The published figure is drawn again for the models below this ratio. */
const LOW = 375;

/** All strategies of more models than this would be a drawing of a hundred megabytes. */
const SHOWN = 32;

type Variant = {
  /** The end of the picture's id, and of its captions; none for the figure's main picture. */
  suffix?: string;
  about?: string;
  subtitle: string;
  pointsOf: (model: ModelResult, handling: string) => BoundPoint[];
  models?: (model: ModelResult) => boolean;
  /** Populations with fewer models are left out. */
  least?: number;
  shown?: number;
};

const VARIANTS: Variant[] = [
  {
    subtitle: "The best published bound of each way to bound the attention error, one dot a model.",
    pointsOf: bestPoint,
  },
  {
    suffix: "low",
    about: `ratio below ${LOW}`,
    subtitle: `The best published bound of each way, one dot a model; ratios below ${LOW} alone.`,
    pointsOf: bestPoint,
    models: (model) => singularRatio(model) < LOW,
    least: 2,
  },
  {
    suffix: "all",
    about: "every strategy",
    subtitle:
      "Every published strategy with all its secondary tricks, one dot a strategy and model.",
    pointsOf: everyPoint,
    shown: SHOWN,
  },
];

/**
 * Draws the scatters of a run's folder; that of low ratios where a population has several such
 * models.
 */
export const boundVsRatio: Figure<ProofsResults> = {
  id: "proofs-bound-vs-ratio",
  title: TITLE,
  caption: "Bounds against the ratio of the two largest singular values of EQKE.",
  numbers: "Singular values, and bounds against their ratio",
  draw(run) {
    const drawings = VARIANTS.flatMap((variant): Drawing[] => {
      const parts = populationsOf(run, variant).map((one) => panelOf(one, variant));
      if (parts.length === 0) return [];
      const spec = boundScatter(parts, {
        title: TITLE,
        subtitle: [
          variant.subtitle,
          "Exact scores are left out: they need no rank. Lines: least squares; where two coincide the later name lies on top.",
        ],
        xTitle: "sigma1 / sigma2 of EQKE",
        yTitle: "bound / accuracy",
        colours: HANDLING_COLOURS,
      });
      return [{ suffix: variant.suffix, about: variant.about, spec }];
    });
    const low = byFamily(run).flatMap(({ family, models }) =>
      models.length === 0 ? [] : [numberLine(
        `${familyTitle(family)}: models with a ratio below ${LOW}`,
        models.filter((model) => singularRatio(model) < LOW).length,
        { digits: 0, note: `of ${models.length}; two or more are drawn and fitted alone` },
      )]
    );
    const lines = [...low, ...ratioLines(run, VARIANTS.flatMap((variant) => fitsOf(run, variant)))];
    return { spec: drawings, lines };
  },
};

type Population = { title: string; models: ModelResult[] };

/** The populations that have models of the variant. */
function populationsOf(
  run: ProofsRun,
  { models: chosen = () => true, least = 1 }: Variant,
): Population[] {
  return byFamily(run)
    .map(({ family, models }) => ({ title: familyTitle(family), models: models.filter(chosen) }))
    .filter(({ models }) => models.length >= least);
}

function panelOf({ title, models }: Population, { pointsOf, shown }: Variant): BoundPanel {
  const part = models.slice(0, shown), count = part.length;
  const handlings = Object.keys(HANDLING_COLOURS);
  const of = count < models.length ? `, the first ${count}` : "";
  return {
    title: `${title} (${models.length} model${models.length > 1 ? "s" : ""}${of})`,
    points: handlings.flatMap((handling) => part.flatMap((model) => pointsOf(model, handling))),
    curves: handlings.flatMap((handling) => {
      const points = models.flatMap((model) => pointsOf(model, handling));
      const fit = linearFit(points);
      if (!fit) return [];
      const ends = [smallest, largest].map((end) => end(points.map(({ x }) => x)));
      const at = ends.map((x) => ({ x, y: fit.intercept + fit.slope * x }));
      return [{ series: handling, label: handling, at }];
    }),
  };
}

function fitsOf(run: ProofsRun, variant: Variant) {
  const about = variant.about ? `, ${variant.about}` : "";
  return populationsOf(run, variant).flatMap(({ title, models }) =>
    Object.keys(HANDLING_COLOURS).map((handling) => ({
      name: `${title}: ${handling}${about}`,
      fit: linearFit(models.flatMap((model) => variant.pointsOf(model, handling))),
    }))
  );
}

function rowsOf(model: ModelResult, handling: string) {
  return normalisedRows(model).filter(({ strategy }) =>
    strategy.startsWith(`published/${handling}/`)
  );
}

function bestPoint(model: ModelResult, handling: string): BoundPoint[] {
  const { normalised } = best(rowsOf(model, handling));
  const label = `${handling}, ${model.id}`;
  return [{ x: singularRatio(model), y: normalised, series: handling, label }];
}

function everyPoint(model: ModelResult, handling: string): BoundPoint[] {
  return rowsOf(model, handling).map((row) => ({
    x: singularRatio(model),
    y: row.normalised,
    series: handling,
    label: `${theoremName(row)}, ${model.id}`,
  }));
}
