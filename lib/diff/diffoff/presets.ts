/**
 * Sizes of the diff-off. Language models and dictionaries are those of a stage-wise run on the
 * grammar or on stories; what is added is how many prompts truth is asked with, and over how many
 * seeds.
 * @module
 */
import type { MethodSettings } from "../methods/method.ts";
import { methodSettings } from "../methods/settings.ts";
import { type PresetName, type StagewiseSettings, stagewiseSettings } from "../settings/presets.ts";
import { FIRST_SEED } from "./decision.ts";

/** `models`: of the language models; `prompts`: of one backdoor, with as many without its trigger. */
export type DiffOffSettings = {
  models: StagewiseSettings;
  methods: MethodSettings;
  prompts: number;
};

const PROMPTS: Record<PresetName, number> = { smoke: 32, small: 48, paper: 64 };

/**
 * Seeds where none are named, from FIRST_SEED on: each is a language model with its pairs, and one
 * dictionary of a kind. Seed 0 was looked at before the rules of decision.ts were final: a run that is to
 * confirm leaves it out.
 */
const SEEDS: Record<PresetName, number> = { smoke: 10, small: 3, paper: 5 };

/**
 * The settings of a preset. The rates of dictionaries follow those of the corpus, as a stage-wise run
 * has them.
 */
export function diffOffSettings(
  preset: PresetName,
  options: { grammar: boolean },
): DiffOffSettings {
  const models = stagewiseSettings(preset, options), { S, fineTune } = models;
  const methods = { ...methodSettings(preset), S, fineTune };
  return { models, methods, prompts: PROMPTS[preset] };
}

/** So many seeds of a preset from `first` on: 1 to 10 at smoke, 1 to 3 at small. */
export function presetSeeds(preset: PresetName, first = FIRST_SEED): number[] {
  return Array.from({ length: SEEDS[preset] }, (_, i) => first + i);
}
