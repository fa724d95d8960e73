/**
 * proofs-or-draws: does a proof say more of a model's accuracy than as many operations of sampling?
 *
 *   deno task figures proofs-or-draws
 *
 * For each population what theorems miss (a dot a model, a larger one for the median model) beside what
 * draws may be expected to miss: from all sequences, answered from the proofs' own tables or, dashed,
 * by forward passes of the last query; and from the sets that N5 leaves open. Second picture: what
 * confidence costs draws, and does not cost a proof.
 *
 * @module
 */
import {
  type BoundCurve,
  type BoundPanel,
  type BoundPoint,
  boundScatter,
} from "../../../lib/plot/bound_scatter.ts";
import { median } from "../../../lib/numerics/statistics.ts";
import { CONFIDENCES } from "../../../lib/proofs/checker/statement_claim.ts";
import {
  errorOf,
  gapAt,
  type Miss,
  missedBy,
  reach,
  type Sampler,
} from "../../../lib/proofs/run/proof_or_draws.ts";
import type { ModelResult, ProofsRun } from "../../../lib/proofs/run/results.ts";
import { KIND_COLOURS, seriesOf } from "../../../lib/proofs/run/views.ts";
import { COMPARED, medianSamplers, overtakingLines } from "../lines/sampling.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";
import { familyPanels } from "./common.ts";

const TITLE = "Proofs against draws of the same length";

/** log10 of what is missed, from here on; what is nearer is drawn here. */
const LEAST = -6;
const SURE = CONFIDENCES["0.999999"];

const MIDDLE = "middle of both ends";
const DRAWS = {
  "draws from all, 0.999999": "#3A3F47",
  "draws from all, 0.99": "#8A9099",
  "draws from all, standard error": "#C9CDD2",
  "draws from N5's sets, 0.999999": "#6A1B9A",
  "draws from N5's sets, 0.99": "#AB63C9",
  "draws from N5's sets, standard error": "#DDC3E8",
};
const COLOURS: Record<string, string> = { ...KIND_COLOURS, [MIDDLE]: "#7FBF3F", ...DRAWS };
const SHAPES = Object.fromEntries(
  Object.keys(COLOURS).map((name) => [
    name,
    name in DRAWS ? "square" : name === MIDDLE ? "diamond" : "triangle-up",
  ]),
);

/** Draws theorems and samplers of a run. */
export const proofOrDraws: Figure<ProofsResults> = {
  id: "proofs-or-draws",
  file: "proof_or_draws.ts",
  title: TITLE,
  caption:
    "What theorems and as many operations of sampling miss of the accuracy: lower is better.",
  draw(run) {
    const gaps = boundScatter(familyPanels(run, (models, title) => gapPanel(run, models, title)), {
      title: TITLE,
      subtitle: [
        "Triangles: accuracy minus lower bound, a dot a model, a large one for the median. Diamonds: error of the middle of two",
        "certain ends. Lines: what draws may be expected to miss, by confidence; dashed: by forward passes of the last query; pale: the",
        "standard error. Shaded: gaps that a certain statement reaches first. Less than a millionth is drawn at -6.",
      ],
      xTitle: "log2 FLOPs",
      yTitle: "log10 of what is missed",
      yDomain: [LEAST, 0],
      colours: COLOURS,
      shapes: SHAPES,
    });
    const confidence = boundScatter(
      familyPanels(run, (models, title) => confidencePanel(run, models, title)),
      {
        title: "What confidence costs draws, and a proof nothing",
        subtitle: [
          "Operations from which draws from all sequences have the gap of a theorem, by how likely they may fail; dashed: the theorem's own.",
        ],
        xTitle: "-log10 of the probability to fail",
        yTitle: "log2 FLOPs",
        colours: KIND_COLOURS,
      },
    );
    return {
      spec: [{ about: "by length", spec: gaps }, {
        suffix: "confidence",
        about: "by confidence",
        spec: confidence,
      }],
      lines: overtakingLines(run),
    };
  },
};

const LENGTHS = Array.from({ length: 91 }, (_, n) => 17.5 + n / 4);

function gapPanel(run: ProofsRun, models: ModelResult[], title: string): BoundPanel {
  const { tables, forward, sets } = medianSamplers(run, models);
  const curve = (name: string, sampler: Sampler, miss: Miss, dashed?: true): BoundCurve => ({
    series: name,
    label: dashed ? `${name}, by forward passes` : name,
    dashed,
    at: pathOf(sampler, miss),
  });
  const ways: [string, Sampler][] = [["draws from all", tables], ["draws from N5's sets", sets]];
  const solid = ways.flatMap(([name, sampler]) => [
    curve(`${name}, 0.999999`, sampler, gapAt(SURE)),
    curve(`${name}, 0.99`, sampler, gapAt(CONFIDENCES["0.99"])),
    curve(`${name}, standard error`, sampler, errorOf),
  ]);
  const dashed = ["0.999999", "0.99"] as const;
  const points = [...theoremPoints(models), ...bruteForcePoints(models)];
  return {
    title,
    points,
    curves: [
      ...solid,
      ...dashed.map((c) => curve(`draws from all, ${c}`, forward, gapAt(CONFIDENCES[c]), true)),
    ].filter(({ at }) => at.length > 1),
    bands: certainBands(points, [tables, sets]),
  };
}

/** Where a sampler is on the picture. */
function pathOf(sampler: Sampler, miss: Miss): { x: number; y: number }[] {
  return LENGTHS.flatMap((x) => {
    const draws = (2 ** x - sampler.once) / sampler.each;
    const missed = draws >= 1 ? miss(sampler, draws) : 0;
    return missed >= 10 ** LEAST ? [{ x, y: Math.log10(missed) }] : [];
  });
}

/** A dot a model and a larger one for the median of each theorem; diamonds for two ends. */
function theoremPoints(models: ModelResult[]): BoundPoint[] {
  return COMPARED.flatMap(({ name, of }) => {
    const rows = models.flatMap((model) => {
      const row = of(model);
      return row ? [{ row, id: model.id, ...missedBy(row, model) }] : [];
    });
    if (rows.length === 0) return [];
    const logOf = (missed: number) => Math.log10(Math.max(10 ** LEAST, missed));
    const some = rows.map(({ row, id, gap, error }) => ({
      x: Math.log2(row.flops),
      gap: logOf(gap),
      error: row.atMost === undefined ? undefined : logOf(error),
      label: `${name}, ${id}`,
      size: 18,
    }));
    const errors = some.flatMap(({ error }) => error ?? []);
    const middle = {
      x: median(some.map(({ x }) => x)),
      gap: median(some.map(({ gap }) => gap)),
      error: errors.length === some.length ? median(errors) : undefined,
      label: `${name}, median`,
      size: 130,
    };
    const series = seriesOf(rows[0].row);
    return [...some, middle].flatMap(({ x, gap, error, label, size }) => [
      { x, y: gap, series, label, size },
      ...(error === undefined ? [] : [{ x, y: error, series: MIDDLE, label, size }]),
    ]);
  });
}

/** Brute force misses nothing; for larger K it is beyond the picture. */
function bruteForcePoints(models: ModelResult[]): BoundPoint[] {
  const [{ rows, accuracy }] = models;
  const row = rows.find(({ strategy }) => strategy === "brute-force")!;
  const x = Math.log2(row.flops), series = seriesOf(row);
  if (accuracy.right === undefined || x > LENGTHS[LENGTHS.length - 1]) return [];
  return [{ x, y: LEAST, series, label: "brute force", size: 130 }];
}

/** Gaps that a median theorem reaches with fewer operations than draws do at confidence 0.999999. */
function certainBands(points: BoundPoint[], samplers: Sampler[]): [number, number][] {
  const theorems = points.filter(({ label, series }) =>
    label.endsWith(", median") && series !== MIDDLE
  );
  const step = 0.05, bands: [number, number][] = [], miss = gapAt(SURE);
  for (let y = LEAST; y < 0; y += step) {
    const certain = Math.min(...theorems.map((one) => one.y <= y ? one.x : Infinity));
    const drawn = Math.min(
      ...samplers.map((sampler) => Math.log2(reach(sampler, 10 ** y, miss).flops)),
    );
    if (!(certain < drawn)) continue;
    const last = bands.at(-1);
    if (last && Math.abs(last[1] - y) < step / 2) last[1] = y + step;
    else bands.push([y, y + step]);
  }
  return bands;
}

const SHOWN = ["N4-partition, G = 64", "N5, G = 64, g_max 6"];

function confidencePanel(
  run: ProofsRun,
  models: ModelResult[],
  title: string,
): BoundPanel | undefined {
  const { tables } = medianSamplers(run, models);
  const curves = COMPARED.filter(({ name }) => SHOWN.includes(name)).flatMap(({ name, of }) => {
    const rows = models.flatMap((model) => {
      const row = of(model);
      return row ? [{ row, ...missedBy(row, model) }] : [];
    });
    const gap = rows.length > 0 ? median(rows.map(({ gap }) => gap)) : 0;
    if (gap === 0) return [];
    const series = seriesOf(rows[0].row), own = median(rows.map(({ row }) => Math.log2(row.flops)));
    const flops = (alpha: number) => Math.log2(reach(tables, gap, gapAt(alpha)).flops);
    const failing = Array.from({ length: 45 }, (_, n) => 1 + n / 4);
    return [
      { series, label: `draws for ${name}`, at: failing.map((x) => ({ x, y: flops(10 ** -x) })) },
      { series, label: name, dashed: true as const, at: failing.map((x) => ({ x, y: own })) },
    ];
  });
  return curves.length > 0 ? { title, points: [], curves } : undefined;
}
