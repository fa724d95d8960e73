/** Strange tokens, injected pairs and spliced texts, in lines. @module */
import type { Adversarial } from "../../../lib/interactions/run/phases/adversarial.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";

const WORDS: Record<string, string> = {
  bound: "dominant bound",
  excess: "exact excess",
  rare_pairs: "interaction of rare pairs",
  rarity: "rarity of pairs alone",
  latents: "number of latents",
  error: "reconstruction error",
  mahalanobis: "Mahalanobis distance",
  loss: "loss of the token",
};

/** A token score in words. */
export function tokenScoreWords(name: string): string {
  return WORDS[name] ?? name;
}

/** AUROC of every token score. */
export function detectionLines({ detection }: Adversarial): Line[] {
  return Object.entries(detection).flatMap(([task, scores]) =>
    Object.entries(scores).map(([name, { auc, low, high }]) =>
      numberLine(`${task}: ${tokenScoreWords(name)}, AUROC`, auc, {
        digits: 3,
        interval: [low, high],
      })
    )
  );
}

/** What injected pairs and spliced texts do, group by group. */
export function constructionLines(
  { injected, injection, spliced, splicing, never, chance, tokens }: Adversarial,
): Line[] {
  return [
    numberLine("pairs that never fire together", never, {
      digits: 0,
      note: `of ${chance.toLocaleString("en-US")} that would be expected to in ${
        tokens.toLocaleString("en-US")
      } tokens`,
    }),
    ...injected.map(({ group, KL, low, high, GT2, dloss, product, pairs }) =>
      numberLine(`injected, ${group}: KL, median`, KL, {
        digits: 3,
        interval: [low, high],
        note:
          `${pairs} pairs; four-point difference ${GT2.toFixed(1)}, of the loss ${
            dloss.toFixed(2)
          }; main effects ` +
          `${product.toFixed(1)}`,
      })
    ),
    numberLine(
      "injected: top potential minus matched on main effects",
      injection.median.difference,
      {
        digits: 3,
        interval: [injection.median.low, injection.median.high],
        note: `AUROC ${injection.auc.toFixed(2)}`,
      },
    ),
    ...spliced.map(({ group, loss, low, high, wrong, texts }) =>
      numberLine(`spliced, ${group}: loss`, loss, {
        interval: [low, high],
        note: `${texts} texts; ${(100 * wrong).toFixed(0)} % of the tokens told wrong`,
      })
    ),
    numberLine("spliced: top potential minus matched on main effects", splicing.difference, {
      interval: [splicing.low, splicing.high],
    }),
  ];
}
