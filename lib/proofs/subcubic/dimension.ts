/**
 * Unexplained dimension of approximate scores and direct paths (arXiv 2406.11779).
 * @module
 */
import type { MaxOfKConfig } from "../max_of_k.ts";
import { type AttentionError, EXACT_SCORES } from "./attention_error.ts";
import type { DirectPath } from "./direct_path.ts";

/** Of the scores: the table, or vectors and a bound on what they leave. */
export function scoresDimension(
  attention: AttentionError,
  { d_vocab: v, d_model: d }: MaxOfKConfig,
): number {
  switch (attention) {
    case EXACT_SCORES:
      return v * v;
    case "svd":
      return 2 * v;
    case "max_diff_exact":
      return 4 * v;
    default:
      return (attention.startsWith("mean") ? 3 * v : 2 * v) + 2 * d;
  }
}

/** Of the direct path: its ranges, and a shared row. */
export function directDimension(
  direct: DirectPath,
  { d_vocab: v, d_model: d }: MaxOfKConfig,
): number {
  if (direct === "global_max_diff_exact") return 2;
  if (direct === "max_diff_exact") return 2 * v;
  return direct === "max_diff" ? v * d + 2 : v + v * d + 2;
}
