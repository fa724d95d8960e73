/**
 * One cell of the diff-off: what one method lists for one pair of models, and what the list is worth
 * against causal truth, by the rules in force.
 * @module
 */
import type { CurvePoint } from "../causal/suppression_curve.ts";
import type { Floor } from "../causal/rules.ts";
import type { Cost, Found } from "../methods/method.ts";
import type { PairName } from "./pairs.ts";
import type { Retrieval } from "./list_score.ts";

/**
 * A list's curve once directions are left out that cost more than `most` alone; `most` null: none.
 * Directions are chosen by their cost on prompts of even number; `clean` of the curve's effects is that
 * on prompts of odd number. Of the head of ten, null where the list is shorter: `closed`: the share of
 * the KL gap that it closes; `onset`, `body`: see plantedParts. `kept`: the share of prompts of the other
 * backdoor that still get its payload once the first `k` are removed; null without a k, or another.
 */
export type Filtered = {
  most: number | null;
  left: number;
  k: number | null;
  curve: CurvePoint[];
  closed: number | null;
  onset: number | null;
  body: number | null;
  kept: number | null;
};

/**
 * What a list is worth on one backdoor. `universe`: the directions that `positives` are counted among: of
 * latents all of their dictionary, of vectors the list alone. `causal`, `necessary`: places of the list;
 * those that it leaves out count among `positives` alone. `floor`: what random directions of the same
 * norm reach; null where none of them edits anything, and nothing is causal then. `gap`: nats of KL that
 * the trigger makes, unedited. `trigger`: of the trigger's tokens those at which a causal latent among the
 * first ten fires; null for vectors, which have no threshold.
 */
export type ListTruth = Retrieval & {
  kind: "latent" | "vector";
  universe: number;
  causal: number[];
  necessary: number[];
  floor: Floor | null;
  gap: number;
  filters: Filtered[];
  trigger: number | null;
};

/** `latents`: in the list's order, where it is one of latents. Scores go with the list. */
export type ListedDirections = { latents?: number[]; scores: number[]; d_sae?: number };

export type CellTruths = Partial<Record<"A" | "B", ListTruth>>;

/**
 * `cost`: of the list; `filtering`: of what the filters need to know, on which k rests. `untold`: why a
 * backdoor of the pair has no truth.
 */
export type Cell = {
  pair: PairName;
  method: string;
  seed: number;
  list: ListedDirections;
  cost: Cost;
  filtering: Cost;
  truths: CellTruths;
  untold?: Partial<Record<"A" | "B", string>>;
};

/** A list without what is not asked of it again. */
export function listed({ coder, directions, scores }: Found): ListedDirections {
  const latents = directions.flatMap((d) => d.kind === "latent" ? [d.latent] : []);
  return { ...(latents.length > 0 && { latents, d_sae: coder!.config.d_sae }), scores };
}
