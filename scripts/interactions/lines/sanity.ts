/** What choices behind the metrics do to them, in lines. @module */
import type { Sanity } from "../../../lib/interactions/run/phases/sanity.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";

/** Error node, magnitudes and layer norm, block by block. */
export function sanityLines({ blocks, frozen }: Sanity): Line[] {
  return [
    ...blocks.flatMap(({ layer, error, binarised }) => [
      numberLine(
        `block ${layer}: share of the error node in what a neuron reads`,
        100 * error.share,
        {
          unit: "%",
          digits: 0,
          note: `larger than every latent at ${(100 * error.dominates).toFixed(0)} % of neurons`,
        },
      ),
      numberLine(
        `block ${layer}: removal scores with mean magnitudes, Spearman`,
        binarised.spearman,
        {
          digits: 3,
          note: `${binarised.pairs} pairs; residual with means over that with magnitudes ${
            binarised.residual.toFixed(2)
          }`,
        },
      ),
    ]),
    ...frozen.map(({ layer, sampled, spearman, difference }) =>
      numberLine(`block ${layer}: layer norm frozen against computed anew, Spearman`, spearman, {
        digits: 3,
        note: `${sampled} pairs in the residual stream; they differ by ${
          (100 * difference).toFixed(0)
        } % of their size`,
      })
    ),
  ];
}
