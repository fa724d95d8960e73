/**
 * interactions-lorenz (I3): how few pairs hold most of the interaction, and would they by chance?
 *
 *   deno task figures interactions-lorenz
 *
 * Mean curves over blocks: of pairs at the MLPs, by S_mean of the removal metric, and of pairs of a query's
 * and a key's latents at the attention, by their scores.
 *
 * @module
 */
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import type { Curve } from "../../../lib/interactions/ranking/versions.ts";
import { lineChart, type LinePoint } from "../../../lib/plot/line_chart.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { meanOf, VERSION_WORDS } from "../lines/ranking.ts";

const TITLE = "Share of the interaction that the strongest pairs hold";

const ALIKE: LinePoint[] = [0, 1].map((at) => ({ x: at, y: at, series: "all pairs alike" }));

const ATTENTION = {
  score: "scores",
  scoreShuffled: "scores, decoders shuffled",
  attended: "attended scores",
  attendedShuffled: "attended scores, decoders shuffled",
} as const;

const COUNTS = "co-activation counts alone";

/** Draws the dictionary's curve beside those of its nulls, of counts, and of equal pairs. */
export const lorenz: Figure<InteractionsResults> = {
  id: "interactions-lorenz",
  title: TITLE,
  caption:
    "Pairs that met, strongest first, against the share of the sum of S_mean that they hold, mean over blocks: of the " +
    "dictionary, of dictionaries without meaning, and of how often pairs fire together.",
  draw({ ranking, attention }) {
    const { versions: { blocks, counts }, pairs, tokens } = ranking;
    const names = [...new Set(blocks.map(({ version }) => version))].filter((v) => v !== "model");
    const points = [
      ...names.flatMap((name) =>
        curve(
          VERSION_WORDS[name],
          blocks.filter(({ version }) => version === name).map(({ curve }) => curve),
        )
      ),
      ...curve(COUNTS, [counts]),
      ...ALIKE,
    ];
    const draw = (points: LinePoint[], subtitle: string) =>
      lineChart(points, {
        title: TITLE,
        subtitle: [subtitle],
        xTitle: "fraction of the pairs",
        yTitle: "share of the total",
        legend: "right",
        width: 520,
        height: 420,
      });
    const spec = [
      {
        spec: draw(
          points,
          "MLPs, on the text of the nulls; numbers of the whole text are in the report.",
        ),
      },
      {
        suffix: "attention",
        caption:
          "The same of pairs of a query's and a key's latents at the attention: |Ω| times how often they " +
          "meet, and times the attention there.",
        spec: draw(attentionPoints(attention), "Scores of attention, on held-out stories."),
      },
    ];
    const all = `of ${pairs} pairs on ${tokens} tokens`;
    return {
      spec,
      lines: [
        ...ranking.blocks.flatMap(({ layer, curve, among }) => [
          ...neededLines(`block ${layer}, all text`, curve, all),
          ...neededLines(
            `block ${layer}, S_co of frequent pairs`,
            among,
            "met often enough to be listed",
          ),
        ]),
        ...neededLines(`${COUNTS}, all text`, ranking.counts, all),
        ...names.flatMap((name) =>
          blocks.filter(({ version }) => version === name).flatMap(({ layer, curve }) =>
            neededLines(`block ${layer}, ${VERSION_WORDS[name]}`, curve)
          )
        ),
        ...neededLines(COUNTS, counts),
      ],
    };
  },
  numbers: "Concentration over pairs",
};

function attentionPoints({ blocks }: InteractionsResults["attention"]): LinePoint[] {
  const names = Object.keys(ATTENTION) as (keyof typeof ATTENTION)[];
  const of = (name: keyof typeof ATTENTION) =>
    blocks.map(({ concentration }) => concentration[name]);
  return [...names.flatMap((name) => curve(ATTENTION[name], of(name))), ...ALIKE];
}

function curve(series: string, curves: readonly Pick<Curve, "held">[]): LinePoint[] {
  const { length } = curves[0].held;
  return Array.from({ length }, (_, n) => ({
    x: n / (length - 1),
    y: meanOf(curves.map(({ held }) => held[n])),
    series,
  }));
}

function neededLines(name: string, { needed, first }: Curve, note?: string): Line[] {
  return [
    numberLine(`${name}: pairs for 80 %`, 100 * needed, { digits: 0, unit: "%", note }),
    numberLine(`${name}: held by the strongest 1 %`, 100 * first, { digits: 0, unit: "%", note }),
  ];
}
