/**
 * crosscoders-scaling: what do more compute and more latents buy?
 *
 *   deno task figures crosscoders-scaling
 *
 * The reference recipe at several sizes of the dictionary and the same number of latents a token:
 * its error on the batches against FLOPs spent, and the share of variance left on held-out tokens
 * against the size. After the scaling figures of Lindsey et al. 2024, "Sparse Crosscoders", which
 * count evaluation loss.
 *
 * @module
 */
import { middleLevel, REFERENCE } from "../../../lib/crosscoder/run/presets.ts";
import {
  type CoderResult,
  type CrosscodersResults,
  ofLevel,
} from "../../../lib/crosscoder/run/results.ts";
import { spread } from "../../../lib/numerics/statistics.ts";
import { boundScatter } from "../../../lib/plot/bound_scatter.ts";
import { colourScale } from "../../../lib/plot/series.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { words } from "../words.ts";

const TITLE = "More compute, and more latents";

/** Draws loss against FLOPs and against d_sae. */
export const scaling: Figure<CrosscodersResults> = {
  id: "crosscoders-scaling",
  title: TITLE,
  caption:
    "Reconstruction error on the batches against FLOPs, the mean over seeds, and share of variance left " +
    "on held-out tokens against the size of the dictionary, one point a seed.",
  draw(run) {
    const level = middleLevel(run.settings.levels[REFERENCE]);
    const { k } = run.settings.levels[REFERENCE][level];
    const found = sizes(run, level);
    const names = found.map(({ name }) => name);
    const { range } = colourScale(names);
    const spec = boundScatter([
      {
        title: "Error while training",
        points: [],
        curves: found.map(({ name, coders }) => ({ series: name, label: name, at: curve(coders) })),
      },
      {
        title: "Variance left on held-out tokens",
        xTitle: "latents (log2 d_sae)",
        yTitle: "share of variance left (FVU)",
        points: found.flatMap(({ name, coders }) =>
          coders.map(({ d_sae, FVU, seed }) => ({
            x: Math.log2(d_sae),
            y: FVU,
            series: name,
            label: `${name}, seed ${seed}`,
          }))
        ),
        curves: [{
          label: "",
          at: found.map(({ d_sae, coders }) => ({ x: Math.log2(d_sae), y: meanFVU(coders) })),
        }],
      },
    ], {
      title: TITLE,
      subtitle: [`${words(REFERENCE)}, ${k} latents a token in every size.`],
      xTitle: "training FLOPs (log10)",
      yTitle: "mean norm of the error of a site",
      colours: Object.fromEntries(names.map((name, i) => [name, range[i] as string])),
    });
    return { spec, lines: found.flatMap(linesOf) };
  },
  numbers: "Size of the dictionary",
};

type Size = { d_sae: number; name: string; coders: CoderResult[] };

function sizes({ coders, settings }: CrosscodersResults, level: number): Size[] {
  return [...settings.widths, settings.d_sae].sort((a, b) => a - b).map((d_sae) => ({
    d_sae,
    name: `${d_sae} latents`,
    coders: ofLevel(coders, { recipe: REFERENCE, level, settings: { d_sae } }),
  }));
}

/** The mean over seeds at each point. */
function curve(coders: readonly CoderResult[]) {
  return coders[0].curve.map(({ flops }, i) => ({
    x: Math.log10(flops),
    y: spread(coders.map(({ curve }) => curve[i].error)).mean,
  }));
}

function meanFVU(coders: readonly CoderResult[]): number {
  return spread(coders.map(({ FVU }) => FVU)).mean;
}

function linesOf({ name, coders }: Size): Line[] {
  const { mean, sd, n } = spread(coders.map(({ FVU }) => FVU));
  const note = `± ${sd.toFixed(3)} over ${n} seeds, ${coders[0].flops.toPrecision(3)} FLOPs each`;
  return [numberLine(`${name}: FVU`, mean, { digits: 3, note })];
}
