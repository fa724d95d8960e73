/**
 * Unexplained dimension: how many function values a proof takes from the model without an
 * explanation (arXiv 2406.11779).
 * @module
 */
import type { MaxOfKConfig } from "../max_of_k.ts";

/** Entries of each exact table. */
export function tableSizes({ d_vocab: v, n_ctx: K }: MaxOfKConfig) {
  return { EU: v * v, PVOU: K * v, EQKE: v * v, EQKP: v * K, EVOU: v * v };
}

/** Of a proof that uses every table exactly. */
export function exactDimension(sizes: MaxOfKConfig): number {
  const { EU, PVOU, EQKE, EQKP, EVOU } = tableSizes(sizes);
  return EU + PVOU + EQKE + EQKP + EVOU;
}
