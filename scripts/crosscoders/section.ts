/** The crosscoders' section of a report. @module */
import type { CrosscodersResults } from "../../lib/crosscoder/run/results.ts";
import { figureBlocks, numberBlocks, type ReportedFigure } from "../../lib/report/figure.ts";
import { type Block, linesBlock } from "../../lib/report/section.ts";
import { crosscodersFindings } from "./findings.ts";
import { coderLines, plantedLines } from "./lines.ts";

/** Everything that the report says of the crosscoders. */
export function section(run: CrosscodersResults, drawn: readonly ReportedFigure[]): Block[] {
  return [
    { kind: "text", text: introduction(run) },
    { kind: "findings", findings: crosscodersFindings(run) },
    ...figureBlocks(drawn),
    linesBlock("Planted features", plantedLines(run)),
    linesBlock("Recipes at every level", coderLines(run), true),
    ...numberBlocks(drawn),
    { kind: "text", text: LIMITS },
  ];
}

function introduction(run: CrosscodersResults): string {
  const { preset, seed, adapter, settings, sites, crossEntropy } = run;
  const { training: { steps, batch, lr }, d_sae, seeds, planted: { task } } = settings;
  return `Preset ${preset}, seed ${seed}, adapter ${adapter}. Crosscoders of ${d_sae} latents over the ` +
    `${sites.length} residual streams of a language model that was trained here on grammar stories ` +
    `(held-out cross-entropy ${crossEntropy.toFixed(2)}). All recipes see the same ` +
    `${
      (steps * batch).toLocaleString("en-US")
    } tokens in the same order, at the same learning rate ` +
    `${lr}, ${seeds} seeds each; FVU is the share of variance left on held-out tokens. The planted task ` +
    `has ${task.n_features} features in ${task.n_sites} sites of ${task.d_in} numbers, each fires by ` +
    "itself; a feature is found where the latent that it is paired with, one to one, points its way. " +
    "Predictions and the rules of the verdicts were committed before the first run. Afterwards the learning rate, the " +
    "weight of the L0 penalty and that of L1 on planted rows (0.5, then 2) were chosen in trials on the planted task; " +
    "the weights of tanh and L1 at preset small were lowered after a first look (tanh from 1, 0.4 and 0.15 to 0.15, " +
    "0.05 and 0.015; L1 from 2, 1 and 0.4, then 4, 2 and 1, to 1, 0.4 and 0.15). Rules that became stricter later say so.";
}

const LIMITS =
  "These are short trainings of small dictionaries: published ones see a thousand times as many tokens, and " +
  "a recipe that learns slowly is behind here for that alone. Frozen recipes are made of BatchTopK. The " +
  "planted features are independent of one another, which features of language models are not. FLOPs count the " +
  "five products of a step and not AuxK's.";
