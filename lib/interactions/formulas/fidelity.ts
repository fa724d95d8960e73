/** How much of a model's loss an ablation scheme keeps. @module */

/** Losses of the model, of an ablation scheme, and with all feature contributions taken out. */
export type SchemeLosses = Record<"model" | "scheme" | "zero", number>;

/**
 * 1 − (L_scheme − L_model) / (L_zero − L_model): 1 keeps all, 0 is as bad as nothing. A ratio hides
 * how large its parts are: give the losses too. NaN where taking all out costs nothing.
 */
export function fidelity({ model, scheme, zero }: SchemeLosses): number {
  return 1 - (scheme - model) / (zero - model);
}
