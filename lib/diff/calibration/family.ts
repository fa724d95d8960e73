/** What every way to calibrate an amount of turning has in common. @module */
import { benjaminiHochberg, empiricalP } from "../../numerics/false_discoveries.ts";
import { median } from "../../numerics/statistics.ts";

/**
 * Amounts of the same latents [n] in the pair that is asked about and in runs without a backdoor;
 * `known`: what each is like before any model changes, some lists [n]. Nothing of the pair or of a
 * null may be in it: a scale that leans on a null's own amounts makes what is low there by chance
 * stand out. `elsewhere`: nulls of other model seeds, with what is known of their latents.
 */
export type Sample = {
  target: Float64Array;
  nulls: readonly Float64Array[];
  known: readonly Float64Array[];
  elsewhere: readonly Omit<Sample, "target" | "elsewhere">[];
};

/** Which latents [n] turned, at a false discovery rate; knockoffs have no p-values. */
export type Decision = { flags: boolean[]; p?: Float64Array };

/**
 * One way to calibrate. `needs`: the least number of runs without a backdoor; `seeds`: of other model
 * seeds. `assumes`: when its promise holds, in a sentence.
 */
export type Family = {
  name: string;
  title: string;
  needs: number;
  seeds?: number;
  assumes: string;
  decide(sample: Sample, q: number): Decision;
};

/** p-values, and the latents that Benjamini and Hochberg reject. */
export function byP(p: Float64Array, q: number): Decision {
  return { flags: benjaminiHochberg(p, q), p };
}

/** The same of large values against all values of some lists together. */
export function against(
  values: Float64Array,
  nulls: readonly Float64Array[],
  q: number,
): Decision {
  return byP(empiricalP(values, nulls.flatMap((list) => [...list])), q);
}

/** The values less their median. */
export function centred(list: Float64Array): Float64Array {
  const middle = median([...list]);
  return list.map((value) => value - middle);
}

/** Of a centred list, the spread of its middle half, as a standard deviation of a normal one. */
export function spreadOf(list: Float64Array): number {
  return 1.4826 * median([...list].map(Math.abs));
}
