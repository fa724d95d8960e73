/** Other groups' measures beside exact interactions, line by line. @module */
import type { Others } from "../../../lib/interactions/run/phases/others.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import { PAPER } from "../paper.ts";

/** Pair weights of a quadratic decoder, and models of trained and of random weights. */
export function othersLines({ quadratic, weights }: Others): Line[] {
  const { rank, error, coOccurrence, layers } = quadratic;
  return [
    numberLine("pair weights: Pearson with co-occurrence", coOccurrence.weights, {
      paper: PAPER.polySae.weights,
      note: `a quadratic decoder of rank ${rank} on the main dictionary's latents`,
    }),
    numberLine("covariance of latents: Pearson with co-occurrence", coOccurrence.covariance, {
      paper: PAPER.polySae.covariance,
      note: `over ${quadratic.pairs.toLocaleString("en-US")} pairs`,
    }),
    numberLine("variance left, linear decoder trained as long", error.linear, { digits: 3 }),
    numberLine("variance left, with the quadratic term", error.quadratic, { digits: 3 }),
    ...layers.flatMap(({ layer, weights, added, acts, precision, chance }) => {
      const of = `block ${layer}, exact interaction (removal, S_co): Spearman with`;
      return [
        numberLine(`${of} pair weights`, weights),
        numberLine(`${of} pair weight times activations`, added),
        numberLine(`${of} activations alone`, acts),
        numberLine(`block ${layer}: strongest pairs among as many largest weights`, precision, {
          note: `chance ${chance.toFixed(3)}`,
        }),
      ];
    }),
    ...weights.flatMap(({ weights: of, FVU, blocks }) => [
      numberLine(`${of} weights: FVU of a short dictionary`, FVU, { digits: 3 }),
      ...blocks.flatMap(({ layer, interactionShare, dominantShare }) => [
        numberLine(`${of} weights, block ${layer}: interaction share`, interactionShare, {
          digits: 3,
        }),
        numberLine(`${of} weights, block ${layer}: dominant share`, dominantShare, { digits: 3 }),
      ]),
    ]),
  ];
}
