/** The crosscoders in README's table. @module */
import type { CrosscodersSettings } from "../../lib/crosscoder/run/presets.ts";
import type { Headline } from "../system.ts";

const repeats = ({ seeds }: CrosscodersSettings) => `${seeds} trainings`;

const FROZEN = ["BatchTopK", "soft-frozen decoder", "frozen encoder", "frozen decoder"];

export const HEADLINES: readonly Headline[] = [
  {
    what: "planted features found by BatchTopK / variance explained, %",
    figure: "crosscoders-planted",
    lines: ["BatchTopK: features found at 0.9", "BatchTopK: explained variance, %"],
    claim: "A dictionary explains most of the variance and finds few of the true features",
    repeats,
  },
  {
    what:
      "variance left (the paper compares other measures): BatchTopK / soft-frozen decoder / frozen encoder / frozen decoder",
    figure: "crosscoders-frontier",
    lines: FROZEN.map((recipe) => `${recipe}, k 12: FVU, sites concatenated`),
    claim: "On a model's activations frozen dictionaries leave as little variance as trained ones",
    repeats,
  },
];
