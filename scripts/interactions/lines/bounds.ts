/** Bounds of single neurons beside the exact excess, in lines. @module */
import type { Bounds } from "../../../lib/interactions/run/phases/bounds.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import { violationsLine } from "./violations.ts";

/** What each bound adds up to over the excess, block by block, and how often any was broken. */
export function boundLines({ blocks, neuron_tokens, violated }: Bounds): Line[] {
  return [
    violationsLine(
      "neuron-tokens above a bound",
      { count: violated, of: neuron_tokens },
      "each counted twice, with the error node and without",
    ),
    ...blocks.flatMap(({ model, layer, whole: { over_excess, quantiles } }) => [
      numberLine(`${model}, block ${layer}: dominant bound over Σ|E|`, over_excess.dominant, {
        digits: 1,
        note: `telescoping ${over_excess.telescoping.toFixed(1)}, Σ|STI| ${
          over_excess.shapley_taylor.toFixed(1)
        }, min ${over_excess.min.toFixed(0)}; single neurons, dominant over |E|: 5 % below ${
          quantiles.dominant[0].toFixed(1)
        }, half below ${quantiles.dominant[1].toFixed(1)}, 95 % below ${
          quantiles.dominant[2].toFixed(0)
        }`,
      }),
    ]),
  ];
}
