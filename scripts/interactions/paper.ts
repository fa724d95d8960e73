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

const code = (value: number) => paper(value, "Figure 2, run of the authors' public code");

const poly = (value: number): Published => ({
  value,
  source: "Koromilas et al. 2026, arXiv 2602.01322, abstract",
});

/** Interactions between crosscoder features on TinyStories-Instruct-33M. */
export const PAPER = {
  /** Share of the largest contribution of a neuron, without a penalty and at λ = 1000. */
  dominantShare: { none: paper(0.305, "Figure 1"), strong: paper(0.816, "Figure 1") },
  /** Share of full-feature fidelity that the largest contribution of each neuron keeps, in percent. */
  keepLargest: { none: paper(39, "Figure 2"), strong: paper(93, "Figure 2") },
  /** The fidelities behind it, as the authors' public code leaves them: one block, 100 texts. */
  fidelity: {
    none: { all: code(0.74), largest: code(0.29), dropped: code(0.05) },
    strong: { all: code(0.38), largest: code(0.35), dropped: code(0.05) },
  },
  /** Reconstruction loss at λ = 1000 over that without a penalty. */
  penaltyCost: paper(2363 / 1962, "Figure 1"),
  /** Clusters of symmetrised interactions, and how often a held-out member was told, in percent. */
  clusters: { count: paper(73, "Figure 3"), heldOut: paper(66, "Figure 3") },
  /** Ordered pairs of features that hold 80 % of the attention scores' interaction, in percent. */
  attentionPairs: {
    value: 90,
    source: "the authors' notes on attention, GitHub chainik1125/fra, about",
  } as Published,
  /** Pearson with how often a pair of latents fires together, of pair weights and of covariance. */
  polySae: { weights: poly(0.06), covariance: poly(0.82) },
} as const;
