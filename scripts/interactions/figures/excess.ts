/**
 * interactions-excess (I2): how much of what an MLP does is interaction, block by block, and how much
 * of that would a dictionary without meaning have?
 *
 *   deno task figures interactions-excess
 *
 * @module
 */
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { spread } from "../../../lib/numerics/statistics.ts";
import { lineChart } from "../../../lib/plot/line_chart.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { VERSION_WORDS } from "../lines/ranking.ts";

const TITLE = "Share of an MLP's output that is interaction";

/** Draws the share for the dictionary and its nulls, and the reconstruction error beside it. */
export const excess: Figure<InteractionsResults> = {
  id: "interactions-excess",
  title: TITLE,
  caption:
    "Norm of the exact excess over the norm of what the active latents change in the MLP's output, mean over tokens. " +
    "Nulls keep the activations and have other decoder vectors of the same norms. " +
    "FVU: the share of variance that the dictionary leaves at the MLP's input.",
  draw(run) {
    const { ranking: { versions: { blocks } }, dictionaries: { coders } } = run;
    const fvu = coders.find(({ coder, number }) => coder === "mlp" && number === 0)!.FVU;
    const shares = blocks.map(({ version, layer, excess }) => ({
      x: layer,
      y: excess.fraction,
      series: VERSION_WORDS[version],
    }));
    const left = blocks.filter(({ version }) => version === "model").map(({ layer }, site) => ({
      x: layer,
      y: fvu[site],
      series: "reconstruction error (FVU)",
    }));
    const { tokens } = blocks[0].excess;
    const spec = lineChart([...shares, ...left], {
      title: TITLE,
      subtitle: [`${tokens} tokens, every one with two active latents at least.`],
      xTitle: "block",
      yTitle: "share of the norm (FVU: of variance)",
      legend: "right",
      wholeX: true,
      width: 520,
      height: 380,
    });
    return { spec, lines: [...seedLines(run.ranking), ...blocks.flatMap(linesOf)] };
  },
  numbers: "Excess of the dictionary and its nulls",
};

/** The share of every dictionary, mean over blocks; of those of several seeds with their spread. */
function seedLines({ dictionaries }: InteractionsResults["ranking"]): Line[] {
  const names = [...new Set(dictionaries.map(({ coder }) => coder))];
  return names.map((name) => {
    const shares = dictionaries.filter(({ coder }) => coder === name).map(({ fraction }) =>
      fraction
    );
    const { mean, sd, n } = spread(shares);
    const note = n > 1 ? `± ${sd.toFixed(3)} over ${n} seeds` : "one dictionary";
    return numberLine(`dictionary ${name}: share of interaction, mean over blocks`, mean, {
      digits: 3,
      note,
    });
  });
}

type VersionBlock = InteractionsResults["ranking"]["versions"]["blocks"][number];

function linesOf({ version, layer, excess }: VersionBlock): Line[] {
  const name = `block ${layer}, ${VERSION_WORDS[version]}`;
  return [
    numberLine(`${name}: share of interaction`, excess.fraction, {
      digits: 3,
      note: `cosine of the sum of single effects with the whole ${excess.cosine.toFixed(2)}`,
    }),
    numberLine(`${name}: size of the excess a token`, excess.size, {
      digits: 1,
      note: `the dominant-feature bound is ${excess.bound.toFixed(1)} times that; dominant share ${
        excess.share.toFixed(2)
      }`,
    }),
  ];
}
