/** What a rule on cause is asked with, and what it says. @module */
import type { CausalResults } from "../../../lib/diff/stored/causal_results.ts";
import type { DictionaryName } from "../lines/causal.ts";
import type { StagewiseResults } from "../results.ts";

/** One case of a claim: whether its rule holds, nothing where that is open, and the numbers. */
export type Case = { holds?: boolean; text: string };

/** A run that could ask. */
export type CausalRun = StagewiseResults & { causal: CausalResults };

/** A rule, asked of one dictionary. */
export type Ask = (run: CausalRun, name: DictionaryName) => Case;
