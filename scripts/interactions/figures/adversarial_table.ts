/**
 * interactions-adversarial-table (I16): detection, injection and splicing in numbers.
 *
 *   deno task figures interactions-adversarial-table
 *
 * @module
 */
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import type { Figure } from "../../system.ts";
import { constructionLines, detectionLines } from "../lines/adversarial.ts";

const TITLE = "Adversarial pairs in numbers";

/** Draws one row a group of pairs. */
export const adversarialTable: Figure<InteractionsResults> = {
  id: "interactions-adversarial-table",
  title: TITLE,
  caption:
    "Injected pairs: median KL, four-point difference of the last stream and of the loss, the product of main effects that they are matched on, " +
    "and the potential that weights promise. Spliced texts: " +
    "mean loss behind the splice and the share of tokens told wrong, one run of the model for each text.",
  draw({ adversarial }) {
    const { injected, spliced } = adversarial;
    const groups = [...new Set([...injected, ...spliced].map(({ group }) => group))];
    const rows = groups.map((name) => {
      const pair = injected.find(({ group }) => group === name);
      const text = spliced.find(({ group }) => group === name);
      return [
        name,
        pair ? `${pair.KL.toFixed(3)} (${pair.low.toFixed(3)} to ${pair.high.toFixed(3)})` : "–",
        pair ? pair.GT2.toFixed(2) : "–",
        pair ? pair.dloss.toFixed(2) : "–",
        pair ? pair.product.toFixed(2) : "–",
        pair ? pair.potential.toFixed(2) : "–",
        text ? `${text.loss.toFixed(2)} (${text.low.toFixed(2)} to ${text.high.toFixed(2)})` : "–",
        text ? `${(100 * text.wrong).toFixed(0)} %` : "–",
      ];
    });
    const head = [
      "pairs",
      "KL, nats",
      "last stream",
      "loss, nats",
      "main effects",
      "potential",
      "loss of the text, nats",
      "told wrong",
    ];
    return {
      spec: tableFigure([head, ...rows], { title: TITLE }),
      lines: [...detectionLines(adversarial), ...constructionLines(adversarial)],
    };
  },
};
