/**
 * What one number says of a model, or of each of several: shared by figures and findings.
 * @module
 */
import type { ModelResult } from "./results.ts";

/**
 * The two largest singular values of EQKE, one over the other: how nearly the attention scores are
 * of rank one.
 */
export function singularRatio({ singular }: Pick<ModelResult, "singular">): number {
  return singular[0] / singular[1];
}

/**
 * Each model's accuracy on the drawn sequences with a subset of its tables zeroed; subsets as in
 * ABLATED.
 */
export function ablatedAccuracies(
  models: readonly Pick<ModelResult, "ablations">[],
  subset: number,
): number[] {
  return models.map(({ ablations }) => ablations.right[subset] / ablations.draws);
}
