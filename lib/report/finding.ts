/** What became of a published claim. @module */

/** `undecided`: too little to go by, or an interval that allows both. */
export type Verdict = "replicated" | "in part" | "not replicated" | "undecided";

/** A published claim, what became of it here, and the sentence with the numbers. */
export type Finding = { claim: string; verdict: Verdict; text: string };

/**
 * The verdict on a claim that was held against several cases: replicated in all, in some, in none;
 * undecided without any.
 */
export function verdictOf(cases: readonly boolean[]): Verdict {
  if (cases.length === 0) return "undecided";
  if (cases.every(Boolean)) return "replicated";
  return cases.some(Boolean) ? "in part" : "not replicated";
}
