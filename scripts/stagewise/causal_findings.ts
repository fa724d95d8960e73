/**
 * What became of the claims about cause in one run: causal_predictions.ts has them and the rules.
 *
 * @module
 */
import { type Finding, predicted, type Ruling, verdictOfAsked } from "../../lib/report/finding.ts";
import { CAUSAL_PREDICTIONS } from "./causal_predictions.ts";
import type { Ask, CausalRun } from "./causal_rules/ask.ts";
import { EDIT_RULES } from "./causal_rules/edits.ts";
import { LATENT_RULES } from "./causal_rules/latents.ts";
import { ROTATION_STOPS, rotationStops } from "./causal_rules/orders.ts";
import { DICTIONARIES } from "./lines/causal.ts";
import type { StagewiseResults } from "./results.ts";

type Name = keyof typeof CAUSAL_PREDICTIONS;

/** The findings of a run, in the order of the predictions, then what was asked afterwards; none where its sites cannot be edited. */
export function causalFindings(run: StagewiseResults): Finding[] {
  const { causal } = run;
  if (causal === undefined) return [];
  const asked = { ...run, causal };
  const foreseen = (Object.keys(CAUSAL_PREDICTIONS) as Name[]).map((key) => {
    const prediction = CAUSAL_PREDICTIONS[key], rule = `${prediction.rule}: asked of DF and of MF`;
    return predicted({ ...prediction, rule }, rulingOf(asked, RULES[key]));
  });
  return [...foreseen, { ...ROTATION_STOPS, ...rulingOf(asked, rotationStops) }];
}

/** What a rule comes to, asked of both dictionaries. */
function rulingOf(run: CausalRun, ask: Ask): Ruling {
  const cases = DICTIONARIES.map((name) => ask(run, name));
  return {
    verdict: verdictOfAsked(cases.map(({ holds }) => holds)),
    text: `${cases.map(({ text }, n) => `${DICTIONARIES[n]}: ${text}`).join("; ")}.`,
  };
}

const RULES: Record<Name, Ask> = { ...LATENT_RULES, ...EDIT_RULES };
