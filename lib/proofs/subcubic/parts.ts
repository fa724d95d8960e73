/**
 * Which parts a subcubic proof is made of: attention error x attention handling x direct path.
 * @module
 */
import type { StrategyOf } from "../theorem.ts";
import { ATTENTION_ERRORS, type AttentionError, EXACT_SCORES } from "./attention_error.ts";
import { ATTENTION_HANDLINGS, type AttentionHandling } from "./concentration.ts";
import type { DirectPath } from "./direct_path.ts";
import type { Directions } from "../tables/directions.ts";

/** `sharper` is theorem N6. */
export interface SubcubicParts {
  attention: AttentionError;
  handling: AttentionHandling;
  direct: DirectPath;
  sharper?: boolean;
}

/**
 * <kind>/<attention error>/<attention handling>/<direct path>, for every attention error and
 * handling.
 */
export function everyCombination(
  kind: string,
  { directPaths, sharper }: { directPaths: readonly DirectPath[]; sharper: boolean },
): StrategyOf<SubcubicParts>[] {
  return ATTENTION_ERRORS.flatMap((attention) =>
    ATTENTION_HANDLINGS.flatMap((handling) =>
      directPaths.map((direct) => {
        const parts = { attention, handling, direct, sharper };
        return {
          name: `${kind}/${attention}/${handling}/${direct}`,
          kind,
          group: groupOf(parts),
          parts,
        };
      })
    )
  );
}

/** Groups of arXiv 2406.11779's figures: which parts take less than a product of v^2 d. */
function groupOf({ attention, direct, sharper }: SubcubicParts): string {
  const cheapAttention = attention.endsWith("_recursive")
    ? "attention-quadratic"
    : attention === EXACT_SCORES || attention === "max_diff_exact"
    ? ""
    : "attention-vd^2";
  const cheapDirect = ["max_diff", "mean_query+max_diff", "svd_query+max_diff"].includes(direct);
  const group = [cheapAttention, cheapDirect && !sharper ? "direct-quadratic" : ""];
  return group.filter((part) => part !== "").join(", ") || "subcubic";
}

/** The directions that the check of approximate scores and of a direct path needs. */
export function hintVectors(
  { attention, direct }: { attention: AttentionError; direct: string },
  { query, size, query2, size2, W_Q_U, W_K_U, direct: e }: Directions,
): Record<string, number[]> {
  return {
    ...(attention === EXACT_SCORES ? {} : { query, size }),
    ...(attention.includes("subproduct") ? { query2, size2, W_Q_U, W_K_U } : {}),
    ...(direct === "svd_query+max_diff" ? { direct: e } : {}),
  };
}
