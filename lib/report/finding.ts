/** What became of a published claim. @module */

/** `undecided`: too little to go by, or an interval that allows both. */
export type Verdict = "replicated" | "in part" | "not replicated" | "undecided";

/** A published claim, what became of it here, and the sentence with the numbers. */
export type Finding = { claim: string; verdict: Verdict; text: string };

/** What was expected of a claim before the run, and why. */
export type Expectation = { expected: Verdict; why: string };

/** A finding whose sentence ends in whether it came out as expected. */
export function predicted({ expected, why }: Expectation, finding: Finding): Finding {
  const held = expected === finding.verdict
    ? "As predicted"
    : `Predicted before the run: ${expected}`;
  return { ...finding, text: `${finding.text} ${held}, since ${why}.` };
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
