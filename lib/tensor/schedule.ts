/** Learning-rate schedules as plain functions of the step, which counts from 1. @module */

import { exactly, expectForm, maybe, number, whole } from "../io/form.ts";

const share = maybe(number({ least: 0, most: 1 }));
const WARMUP_DECAY = exactly({
  peak: number({ least: 0 }),
  steps: whole(1),
  warmup: share,
  decay: share,
});
const TRAINER = exactly({
  peak: number({ least: 0 }),
  steps: whole(1),
  warmupSteps: whole(0),
});
const LINEAR_RAMP = exactly({ final: number(), steps: whole(1) });

/** A number for each step, counted from 1. */
export type Schedule = (step: number) => number;

/** Shares of the run spent warming up and decaying. */
export type ScheduleOptions = { peak: number; steps: number; warmup?: number; decay?: number };

/**
 * Linear warm-up over the first `warmup` share, constant, linear decay to zero over the last
 * `decay` share: the first step has peak / warm-up steps, and the rate reaches 0 just after the
 * last step.
 */
export function warmupDecay(options: ScheduleOptions): Schedule {
  expectForm("make a schedule", options, WARMUP_DECAY);
  const { peak, steps, warmup = 0.05, decay = 1 } = options;
  const up = Math.max(1, Math.round(warmup * steps)), down = Math.max(1, Math.round(decay * steps));
  return (step: number): number =>
    peak * Math.min(1, step / up) * Math.min(1, (steps - step + 1) / down);
}

/**
 * transformers' default, get_linear_schedule_with_warmup: linear from 0 to `peak` over the first
 * `warmupSteps` steps, of which the first therefore has the rate 0, then linear to 0, which the step
 * after the last would have.
 */
export function trainerSchedule(
  options: { peak: number; steps: number; warmupSteps: number },
): Schedule {
  expectForm("make a schedule", options, TRAINER);
  const { peak, steps, warmupSteps: up } = options;
  return (step: number): number => {
    const done = step - 1;
    if (done < up) return peak * done / Math.max(1, up);
    return peak * Math.max(0, (steps - done) / Math.max(1, steps - up));
  };
}

/** From 0 to `final` in a straight line over the run. */
export function linearRamp(options: { final: number; steps: number }): Schedule {
  expectForm("make a schedule", options, LINEAR_RAMP);
  const { final, steps } = options;
  return (step: number): number => final * step / steps;
}
