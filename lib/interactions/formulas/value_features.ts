/** Features on the value side of attention: what they write, and who opens the way. @module */
import { attentionWithout } from "./edge_removal.ts";
import { mix } from "./vectors.ts";

/** f_m(k) of a feature at a key, its row of W_dec [d_model], and W_OV = W_V W_O [d_model][d_model]. */
export type ValueFeature = {
  act: number;
  d: ArrayLike<number>;
  W_OV: readonly ArrayLike<number>[];
};

/** A f_m(k) d_m W_OV: what a feature of a key writes while the pattern stays as it is. */
export function valueContribution(A: number, { act, d, W_OV }: ValueFeature): Float64Array {
  return mix(d, W_OV).map((x) => A * act * x);
}

/**
 * (A_qk − A′_qk) f_m(k) d_m W_OV: third order, i at the query and j at the key as a gate (`gamma`,
 * their score term) for feature m that the key writes; the four points of gate and feature.
 */
export function gatedValue(
  { A, gamma }: { A: number; gamma: number },
  feature: ValueFeature,
): Float64Array {
  return valueContribution(A - attentionWithout(A, gamma), feature);
}
