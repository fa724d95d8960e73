/** What several outcomes need. @module */
import { LEAST_SEEDS } from "../../../lib/diff/diffoff/mod.ts";
import type { Ruling, Verdict } from "../../../lib/report/finding.ts";

/** Stage-wise lists, by either dictionary. */
export const STAGEWISE: readonly string[] = ["stagewise-DF", "stagewise-MF"];

/** Where there is nothing yet to tell it by. */
export const NOT_RUN: Ruling = { verdict: "undecided", text: "Not run." };

/** Fewer seeds, or lists, than LEAST_SEEDS decide nothing. */
export function from(n: number, verdict: Verdict): Verdict {
  return n < LEAST_SEEDS ? "undecided" : verdict;
}
