/** What became of a claim. @module */

/** `undecided`: too little to go by, or an interval that allows both. */
export type Verdict = "replicated" | "in part" | "not replicated" | "undecided";

/**
 * A claim, what became of it here, and the sentence with the numbers; of a claim that was predicted
 * also the rule that decided, what was expected and why.
 */
export type Finding =
  & { claim: string; verdict: Verdict; text: string }
  & Partial<Omit<Prediction, "claim">>;

/**
 * A claim, the rule that decides it, what is expected of it and why: all written down before the run.
 * `own`: nobody published it; it is a question of ours.
 * A rule that is "asked of" several cases is replicated where all hold, in part where some do, not
 * replicated where none does; a case that cannot be asked does not hold, and is undecided where none can.
 */
export type Prediction = {
  claim: string;
  rule: string;
  expected: Verdict;
  why: string;
  own?: true;
};

/** What a rule came to, and the numbers. */
export type Ruling = { verdict: Verdict; text: string };

/** The finding on a prediction: it carries the rule, what was expected and why. */
export function predicted(
  { claim, rule, expected, why, own }: Prediction,
  { verdict, text }: Ruling,
): Finding {
  return { claim, verdict, text, rule, expected, why, ...(own && { own }) };
}

/** What a reader of rules has to know; nothing where no finding has one. */
export function rulesNote(findings: readonly Finding[]): string {
  return findings.some(({ rule }) => rule !== undefined)
    ? 'A rule that is "asked of" several cases: replicated where all hold, in part where some do, not ' +
      "replicated where none does; a case that cannot be asked does not hold."
    : "";
}

/**
 * Whether a finding came out as predicted, in a sentence with the reason that was given; nothing of
 * one that was not predicted.
 */
export function expectation({ verdict, expected, why }: Finding): string {
  if (expected === undefined) return "";
  const held = expected === verdict ? "As predicted" : `Predicted before the run: ${expected}`;
  return why === undefined ? `${held}.` : `${held}, since ${why}.`;
}

/**
 * The verdict on a claim that was held against several cases: replicated in all, in some, in none;
 * undecided without any.
 */
export function verdictOf(cases: readonly boolean[]): Verdict {
  if (cases.length === 0) return "undecided";
  if (cases.every(Boolean)) return "replicated";
  return cases.some(Boolean) ? "in part" : "not replicated";
}

/**
 * The same where some cases cannot be asked (nothing): such a case does not hold, and is undecided
 * where none can be asked.
 */
export function verdictOfAsked(cases: readonly (boolean | undefined)[]): Verdict {
  const asked = cases.some((holds) => holds !== undefined);
  return asked ? verdictOf(cases.map((holds) => holds === true)) : "undecided";
}
