/** Planted pairs found, in lines. @module */
import type { Planted } from "../../../lib/interactions/run/phases/planted.ts";
import { spread } from "../../../lib/numerics/statistics.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import { metricWords } from "../agreement_words.ts";

/** A nonlinearity's share of planted pairs found by one score, over seeds. */
export type Found = { activation: string; metric: string; recalls: number[]; byRule: string };

/** Every score of every nonlinearity, in the order of the phase. */
export function foundBy({ logic }: Planted): Found[] {
  const activations = [...new Set(logic.map(({ activation }) => activation))];
  return activations.flatMap((activation) => {
    const own = logic.filter((task) => task.activation === activation);
    return own[0].metrics.map(({ metric }, m) => {
      const mean = (rule: "and" | "or" | "xor") =>
        spread(own.map(({ metrics }) => metrics[m].byRule[rule])).mean.toFixed(2);
      return {
        activation,
        metric,
        recalls: own.map(({ metrics }) => metrics[m].recall),
        byRule: `AND ${mean("and")}, OR ${mean("or")}, XOR ${mean("xor")}`,
      };
    });
  });
}

/** Recall of every score, the null of dealt out directions, and the models with closed forms. */
export function plantedLines(planted: Planted): Line[] {
  const { logic, products } = planted;
  return [
    ...foundBy(planted).map(({ activation, metric, recalls, byRule }) =>
      numberLine(
        `${activation}: planted pairs found, ${metricWords(metric)}`,
        spread(recalls).mean,
        {
          digits: 2,
          note: `seeds ${recalls.map((recall) => recall.toFixed(2)).join(" ")}; ${byRule}`,
        },
      )
    ),
    ...logic.map(({ seed, activation, permuted, chance, error }) =>
      numberLine(`${activation}, seed ${seed}: found with directions dealt out anew`, permuted, {
        digits: 2,
        note: `chance ${chance.toFixed(3)}; mean square error of the MLP ${error.toFixed(4)}`,
      })
    ),
    ...products.flatMap(({ seed, bilinear, gated }) => [
      numberLine(`bilinear, seed ${seed}: Spearman of four points and weights`, bilinear.spearman, {
        digits: 3,
        note: `largest difference of a pair term ${bilinear.largest.toExponential(1)}; ` +
          `pairs found ${bilinear.measured.toFixed(2)}, by weights alone ${
            bilinear.weights.toFixed(2)
          }`,
      }),
      numberLine(`gated, seed ${seed}: planted pairs found by four points`, gated.fourPoints, {
        digits: 2,
        note: `by co-activation ${gated.coActivation.toFixed(2)}`,
      }),
    ]),
  ];
}
