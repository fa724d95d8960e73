/**
 * What became of the claims on feature interactions in one run. Verdicts follow the rules in
 * predictions.ts, which were written down before the run.
 *
 * @module
 */
import type { InteractionsResults } from "../../lib/interactions/run/results.ts";
import type { Finding, Verdict } from "../../lib/report/finding.ts";
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
export function interactionsFindings(_run: InteractionsResults): Finding[] {
  return [];
}
