/**
 * The sets of controls under which agreement with ablation is told, each answering another doubt.
 *
 * @module
 */
import { type Columns, differs } from "./columns.ts";

/**
 * raw: none. A: the usual one, co-activation and the main effects as means per latent. B: main
 * effects on the pair's own co-active tokens instead, alone beside the rest (insertion) and taken
 * from everything (removal). B, overlap: how far the two are one feature twice, besides. B, largest:
 * the largest product of main effects of any of those tokens, besides. Oracle: the
 * main effects that ablation itself measured, which no metric can know.
 */
export const CONTROL_SETS = ["raw", "A", "B", "B, overlap", "B, largest", "oracle"] as const;
export type ControlSet = typeof CONTROL_SETS[number];

/** What the controls are made of, [pairs] each. */
export type ControlColumns = {
  /** Tokens at which both are active; ranks take no notice of its logarithm. */
  count: ArrayLike<number>;
  /** B5: sqrt(E|m_i| E|m_j|), means over the tokens of each latent. */
  B5: ArrayLike<number>;
  /** B5c: E sqrt(|m_i| |m_j|) over the tokens of both, in both contexts. */
  B5c_insertion: ArrayLike<number>;
  B5c_removal: ArrayLike<number>;
  /** The maximum over the tokens of both, in both contexts. */
  largest_insertion: ArrayLike<number>;
  largest_removal: ArrayLike<number>;
  /** How far the two are one feature twice. */
  overlap: ArrayLike<number>;
  /** E sqrt of the product of the two measured effects, where they were measured. */
  measured: ArrayLike<number>;
};

/** The sets by name, from what they are made of. */
export function controlSets(given: ControlColumns): Record<ControlSet, Columns> {
  const { count, B5, B5c_insertion, B5c_removal, overlap, measured } = given;
  const { largest_insertion, largest_removal } = given;
  const B = { count, B5c_insertion, B5c_removal };
  return {
    raw: {},
    A: { count, B5 },
    B,
    // one that is the same for all pairs holds nothing, and is no control
    "B, overlap": differs(overlap) ? { ...B, overlap } : B,
    "B, largest": { ...B, largest_insertion, largest_removal },
    oracle: { count, measured },
  };
}
