/** What every way to calibrate an amount of turning has in common. @module */

/**
 * Amounts of the same latents [n] in the pair that is asked about and in runs without a backdoor;
 * `known`: what each is like before any model changes, some lists [n]. Nothing of the pair or of a
 * null may be in it: a scale that leans on a null's own amounts makes what is low there by chance
 * stand out.
 */
export type Sample = {
  target: Float64Array;
  nulls: readonly Float64Array[];
  known: readonly Float64Array[];
};

/** Which latents [n] turned, at a false discovery rate; knockoffs have no p-values. */
export type Decision = { flags: boolean[]; p?: Float64Array };

/**
 * One way to calibrate. `needs`: the least number of runs without a backdoor. `assumes`: when its
 * promise holds, in a sentence.
 */
export type Family = {
  name: string;
  title: string;
  needs: number;
  assumes: string;
  decide(sample: Sample, q: number): Decision;
};
