/**
 * What became of the claims about cause in one run: causal_predictions.ts has them and the rules.
 *
 * @module
 */
import { type Finding, predicted, verdictOfAsked } from "../../lib/report/finding.ts";
import { CAUSAL_PREDICTIONS } from "./causal_predictions.ts";
import type { Ask } from "./causal_rules/ask.ts";
import { EDIT_RULES } from "./causal_rules/edits.ts";
import { LATENT_RULES } from "./causal_rules/latents.ts";
import { DICTIONARIES } from "./lines/causal.ts";
import type { StagewiseResults } from "./results.ts";

type Name = keyof typeof CAUSAL_PREDICTIONS;

/** The findings of a run, in the order of the predictions; none where its sites cannot be edited. */
export function causalFindings(run: StagewiseResults): Finding[] {
  const { causal } = run;
  if (causal === undefined) return [];
  return (Object.keys(CAUSAL_PREDICTIONS) as Name[]).map((key) => {
    const cases = DICTIONARIES.map((name) => RULES[key]({ ...run, causal }, name));
    const prediction = CAUSAL_PREDICTIONS[key];
    return predicted({ ...prediction, rule: `${prediction.rule}: asked of DF and of MF` }, {
      verdict: verdictOfAsked(cases.map(({ holds }) => holds)),
      text: `${cases.map(({ text }, n) => `${DICTIONARIES[n]}: ${text}`).join("; ")}.`,
    });
  });
}

const RULES: Record<Name, Ask> = { ...LATENT_RULES, ...EDIT_RULES };
