/**
 * What became of the claims on feature interactions in one run. Verdicts follow the rules in
 * predictions.ts, which were written down before the run.
 *
 * @module
 */
import type { InteractionsResults } from "../../lib/interactions/run/results.ts";
import { type Finding, type Verdict, verdictOf } from "../../lib/report/finding.ts";
import { scoreWords } from "./lines/diffing.ts";
import { PREDICTIONS } from "./predictions.ts";

/** A finding by one of the rules; `text` has the numbers. */
export function finding(
  name: keyof typeof PREDICTIONS,
  { verdict, text }: { verdict: Verdict; text: string },
): Finding {
  const { claim, expected, why } = PREDICTIONS[name];
  const held = expected === verdict ? "As predicted" : `Predicted before the run: ${expected}`;
  return { claim, verdict, text: `${text} ${held}, since ${why}.` };
}

/** In order of weight: what the report's first lines answer. */
export function interactionsFindings(run: InteractionsResults): Finding[] {
  return [
    diffing(run),
  ];
}

function diffing({ diffing: { seeds } }: InteractionsResults): Finding {
  const text = seeds.map(({ number, hub, rival, rankings, advantage }) => {
    const auroc = (name: string) => rankings[name].auroc.toFixed(3);
    const { difference, low, high } = advantage;
    return `dictionary ${number}: ${scoreWords(hub)} ${auroc(hub)}, ${scoreWords(rival)} ${
      auroc(rival)
    }, ` +
      `difference ${difference.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  }).join("; ");
  return finding("diffing", {
    verdict: verdictOf(seeds.map(({ advantage }) => advantage.low > 0)),
    text: `AUROC of labelled latents: ${text}.`,
  });
}
