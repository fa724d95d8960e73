/**
 * Sizes of the compact-proofs experiment. A preset changes sizes only, never what is done.
 * @module
 */
import { expectForm, oneOf } from "../../io/form.ts";
import type { Method } from "../checker/statement.ts";

/** One family of models: K tokens out of v, and how many seeds. */
export type Family = { K: number; v: number; seeds: number };

/** A family that is asked for another token than the largest: a name of tasks/mod.ts. */
export type TaskFamily = Family & { task: string };

/** A family beyond the published sizes, with a width of its own: a few proofs, each with its certificate. */
export type LargerFamily = Family & { d_model: number };

/** The sizes of a run. */
export type ProofsPreset = "smoke" | "small" | "paper";

/** Everything that sets the size of a run. */
export type ProofsSettings = {
  families: Family[];
  /** Families of other tasks, all enumerated; a run without has none. */
  tasks?: TaskFamily[];
  /** Families that are larger than the published ones; a run without has none. */
  larger?: LargerFamily[];
  d_model: number;
  d_head: number;
  training: { steps: number; batch: number; lr: number; weightDecay: number };
  /** Sequences drawn to estimate an accuracy by each method, and to estimate it under 32 ablations. */
  draws: Record<Method, number>;
  ablations: number;
  /** Models of a family whose margins are listed, where v^K is at most MARGINS_LISTED. */
  margins: number;
};

/**
 * Families with more sequences than this are sampled, not enumerated: K = 5 still is (half a minute
 * a model on a CPU).
 */
export const ENUMERABLE = 2 ** 30;

/**
 * Families with more sequences than this get no list of margins, which are enumerated without the
 * GPU.
 */
export const MARGINS_LISTED = 2 ** 24;

/** Families of other tasks have at most so many sequences: the checker runs each, in some ten seconds. */
export const MOST_ASKED = 2 ** 24;

/** The settings of a preset; `paper` has the published sizes (arXiv 2406.11779). */
export function proofsSettings(preset: ProofsPreset): ProofsSettings {
  expectForm("choose proofs settings", preset, oneOf(["smoke", "small", "paper"]));
  const training = { steps: 3000, batch: 128, lr: 1e-3, weightDecay: 0.01 };
  const sizes = { d_model: 32, d_head: 32 };
  switch (preset) {
    case "smoke":
      return {
        families: [{ K: 4, v: 12, seeds: 2 }, { K: 5, v: 10, seeds: 2 }],
        tasks: [
          { task: "argmax", K: 4, v: 12, seeds: 2 },
          { task: "second", K: 3, v: 12, seeds: 2 },
        ],
        larger: [{ K: 6, v: 16, d_model: 32, seeds: 1 }, { K: 4, v: 12, d_model: 64, seeds: 1 }],
        ...sizes,
        training: { ...training, steps: 500, lr: 4e-3 },
        draws: { "sampled": 5000, "sampled/N5": 1000 },
        ablations: 2000,
        margins: 1,
      };
    case "small":
      return {
        families: [
          { K: 4, v: 64, seeds: 16 },
          ...[5, 10, 20].map((K) => ({ K, v: 64, seeds: 4 })),
        ],
        tasks: [
          { task: "argmax", K: 4, v: 64, seeds: 4 },
          { task: "second", K: 3, v: 32, seeds: 4 },
        ],
        larger: [{ K: 20, v: 128, d_model: 32, seeds: 3 }, { K: 4, v: 64, d_model: 128, seeds: 3 }],
        ...sizes,
        training,
        draws: { "sampled": 400_000, "sampled/N5": 20_000 },
        ablations: 20_000,
        margins: 2,
      };
    case "paper":
      return {
        families: [
          ...[4, 5, 10, 20].map((K) => ({ K, v: 64, seeds: 151 })),
          { K: 10, v: 128, seeds: 151 },
        ],
        tasks: [
          { task: "argmax", K: 4, v: 64, seeds: 16 },
          { task: "second", K: 3, v: 64, seeds: 16 },
        ],
        larger: [{ K: 20, v: 128, d_model: 32, seeds: 16 }, {
          K: 4,
          v: 64,
          d_model: 128,
          seeds: 16,
        }],
        ...sizes,
        training,
        draws: { "sampled": 4_000_000, "sampled/N5": 100_000 },
        ablations: 1_000_000,
        margins: 16,
      };
  }
}
