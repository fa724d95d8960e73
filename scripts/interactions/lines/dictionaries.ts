/** Numbers of a run on feature interactions that stand in no figure, line by line. @module */
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";

/** Held-out quality of every model and dictionary. */
export function dictionaryLines({ dictionaries: { models, coders } }: InteractionsResults): Line[] {
  return [
    ...models.map(({ model, crossEntropy }) =>
      numberLine(`${model}: cross-entropy`, crossEntropy, { digits: 3 })
    ),
    ...coders.flatMap(({ coder, number, model, L0, FVU, dead, dense, d_sae }) => {
      const name = `dictionary ${coder}, seed ${number}, on ${model}`;
      const mean = FVU.reduce((sum, left) => sum + left, 0) / FVU.length;
      return [
        numberLine(`${name}: L0`, L0, { digits: 1 }),
        numberLine(`${name}: FVU, mean over sites`, mean, { digits: 3 }),
        numberLine(`${name}: dead latents`, dead, { digits: 0, note: `of ${d_sae}` }),
        numberLine(`${name}: dense latents`, dense, {
          digits: 0,
          note: "firing on more than a tenth of the tokens",
        }),
      ];
    }),
  ];
}
