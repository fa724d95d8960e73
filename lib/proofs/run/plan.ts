/**
 * What a run of the compact proofs costs before it runs.
 *
 * Counts are exact: models, steps, strategies, draws, sequences. Seconds are scaled from
 * measurements on a model of the same K over fewer tokens (SAMPLE_V), each kind of work by a power
 * of v:
 *
 *   proofs, as their theorems say (`growth`)       v^2     subcubic: pairs (q, m); audits with them
 *                                                  v^3     v wrong tokens for each pair; up to v tokens for each of
 *                                                          them in N1, N2, N3, which so take up to v^4;
 *                                                          the sets of N5 that sequences are drawn from
 *                                                  v^3.5   N4: and some of v values to convolve for each
 *   tables                                         v^2
 *   a draw, an ablated draw, a margin              v       logits
 *   an enumerated sequence, a step of one model    as measured at this v
 * @module
 */
import { type Method, METHODS } from "../checker/statement.ts";
import { ENUMERABLE, type Family, MARGINS_LISTED, type ProofsSettings } from "./presets.ts";
import { familyTitle } from "./results.ts";
import type { Growth } from "../theorem.ts";
import { plannedProofs } from "./strategy_list.ts";

/** Models that are measured for a plan have at most this many tokens. */
export const SAMPLE_V = 24;

/** One family of models; a number is of all its models unless it says "of a model". */
export type PlannedFamily = Family & {
  name: string;
  /** Training steps of a model, and the products' operations of all models' steps. */
  steps: number;
  flops: number;
  /** Proofs of a model, brute force not counted. */
  strategies: number;
  /** Sequences of a model that the GPU enumerates; 0 where its accuracy is estimated. */
  enumerated: number;
  /** Draws for a model by each method; ablations, each under all 32 subsets. */
  draws: Record<Method, number>;
  ablations: number;
  /** How many models have their margins listed. */
  margins: number;
};

/** Seconds on one thread, measured on a model of the family's K with v tokens. */
export type ProofCosts = {
  v: number;
  tables: number;
  /** All planned proofs with their search, and the audit, by the growth of their theorem. */
  proofs: Record<Growth, number>;
  /** For one of each. */
  draw: Record<Method, number>;
  ablation: number;
  margin: number;
};

/**
 * Seconds of the device: CPU time of all threads and wall time, for a step of one model and for a
 * sequence.
 */
export type DeviceCosts = { step: DeviceSeconds; sequence: DeviceSeconds };
/** CPU and wall time in seconds. */
export type DeviceSeconds = { cpu: number; wall: number };

/** Predicted seconds. */
export type PredictedFamily = {
  /** CPU seconds of a model's proofs and estimates, with its share of margins. */
  model: number;
  /** CPU seconds of all models, training and enumeration included. */
  all: number;
  /** Wall seconds: training, then the rest on all threads. */
  wall: number;
};

/** Every family of a run. */
export function planProofs(settings: ProofsSettings): PlannedFamily[] {
  const { d_model, d_head, training } = settings;
  return settings.families.map((family) => {
    const { K, v, seeds } = family;
    const enumerable = v ** K <= ENUMERABLE;
    return {
      ...family,
      name: familyTitle(family),
      steps: training.steps,
      flops: seeds * training.steps * 3 * training.batch * 2 * d_model * (4 * d_head + v),
      strategies: plannedProofs(K).length,
      enumerated: enumerable ? v ** K : 0,
      draws: settings.draws,
      ablations: settings.ablations,
      margins: v ** K <= MARGINS_LISTED ? Math.min(seeds, settings.margins) : 0,
    };
  });
}

/** Scales measured costs to a family. */
export function predictFamily(
  { K, v, seeds, steps, enumerated, draws, ablations, margins }: PlannedFamily,
  costs: ProofCosts & DeviceCosts,
  threads: number,
): PredictedFamily {
  const r = v / costs.v;
  const listed = margins / seeds * v ** K;
  const drawn = METHODS.reduce((sum, method) => sum + costs.draw[method] * draws[method], 0);
  const model = costs.tables * r ** 2 +
    costs.proofs[2] * r ** 2 +
    costs.proofs[3] * r ** 3 +
    costs.proofs[3.5] * r ** 3.5 +
    (drawn + costs.ablation * ablations + costs.margin * listed) * r;
  const device = (end: keyof DeviceSeconds) => ({
    training: seeds * steps * costs.step[end],
    enumeration: seeds * enumerated * costs.sequence[end],
  });
  const cpu = device("cpu"), wall = device("wall");
  const proving = seeds * model + cpu.enumeration;
  return {
    model,
    all: proving + cpu.training,
    // Enumerations wait for one another, proofs run beside them.
    wall: wall.training + Math.max(wall.enumeration, proving / threads),
  };
}
