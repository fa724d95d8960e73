/**
 * Every published value that the figures and the report of the interactions compare with, and where
 * it stands.
 * @module
 */
import type { Published } from "../../lib/report/line.ts";

const PROOFS = "Manning-Coe et al. 2026, arXiv 2606.09940";
const paper = (value: number, where: string): Published => ({
  value,
  source: `${PROOFS}, ${where}`,
});

/** Interactions between crosscoder features on TinyStories-Instruct-33M. */
export const PAPER = {
  /** Share of the largest contribution of a neuron, without a penalty and at λ = 1000. */
  dominantShare: { none: paper(0.305, "Figure 1"), strong: paper(0.816, "Figure 1") },
  /** Share of full-feature fidelity that the largest contribution of each neuron keeps, in percent. */
  keepLargest: { none: paper(39, "Figure 2"), strong: paper(93, "Figure 2") },
  /** Clusters of symmetrised interactions, and how often a held-out member was told, in percent. */
  clusters: { count: paper(73, "Figure 3"), heldOut: paper(66, "Figure 3") },
  /** Ordered pairs of features that hold 80 % of the attention scores' interaction, in percent. */
  attentionPairs: {
    value: 90,
    source: "the authors' notes on attention, GitHub chainik1125/fra, about",
  } as Published,
} as const;
