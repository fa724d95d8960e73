/**
 * interactions-choices (I17): which choices move the ranking of pairs, and which dictionaries the
 * measures?
 *
 *   deno task figures interactions-choices
 *
 * @module
 */
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import { numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";

const TITLE = "What the ranking depends on";

/** Draws a table of choices, and one of dictionaries. */
export const choices: Figure<InteractionsResults> = {
  id: "interactions-choices",
  title: TITLE,
  caption:
    "Pairs ranked by S_co of the removal metric, as vectors, summed over blocks, against the same with one choice made " +
    "otherwise: Spearman over frequent pairs, and how many of the first stay; two halves of the text show the noise.",
  draw({ ranking: { choices, dictionaries }, settings: { ranking: { top } } }) {
    const ranked = tableFigure([
      ["choice", "otherwise", "Spearman", `of the first ${top}`],
      ...choices.map(({ choice, variant, spearman, common }) => [
        choice,
        variant,
        spearman.toFixed(2),
        `${Math.round(100 * common)} %`,
      ]),
    ], { title: TITLE, words: [1] });
    const measured = tableFigure([
      [
        "dictionary",
        "L0",
        "pairs",
        "frequent",
        "interaction",
        "dominant",
        "bound / E",
        "for 80 %",
        "twins",
      ],
      ...dictionaries.map((row) => [
        row.coder === "mlp" ? `mlp, seed ${row.number}` : row.coder,
        row.L0.toFixed(1),
        `${row.pairs}`,
        `${row.candidates}`,
        row.fraction.toFixed(2),
        row.share.toFixed(2),
        row.bound.toFixed(1),
        `${Math.round(100 * row.needed)} %`,
        `${Math.round(100 * row.twins)} %`,
      ]),
    ], {
      title: "The same measures on other dictionaries",
      subtitle: [
        "Means over blocks. Frequent pairs meet often enough to be scored; for 80 %: their share that holds so much of S_mean.",
      ],
    });
    return {
      spec: [
        { spec: ranked },
        {
          suffix: "dictionaries",
          caption:
            "Other dictionaries on the same text: latents a token, pairs that met, share of interaction and of the dominant feature, the dominant bound over |E|, concentration, and twins among the first pairs.",
          spec: measured,
        },
      ],
      lines: choices.map(({ choice, variant, spearman }) =>
        numberLine(`${choice}: ${variant}`, spearman, { note: "Spearman with the reference" })
      ),
    };
  },
};
