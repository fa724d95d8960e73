/**
 * The compact proofs' section of a report.
 *
 * @module
 */
import { type ProofsRun, readProofs } from "../../lib/proofs/run/results.ts";
import type { FigureResult, Picture } from "../finish_figure.ts";
import type { Line } from "../../lib/report/lines.ts";
import { proofsFindings } from "./findings.ts";
import { lengthLines, strategyLengthLines } from "./lines/length.ts";
import {
  accuracyLines,
  auditLines,
  groupLines,
  repairLines,
  samplingLines,
  theoremLines,
} from "./lines/bounds.ts";
import { ablationLines, rigourLines } from "./lines/story.ts";
import type { Block, LinesBlock, Section } from "../../lib/report/section.ts";

/** Reads a run's folder and says everything about it, with the pictures that were drawn of it. */
export async function proofsSection(
  folder: string,
  figures: readonly FigureResult[],
): Promise<Section> {
  const run = await readProofs(folder);
  const { preset, seed, adapter, settings } = run;
  return {
    id: "proofs",
    title: "Compact proofs",
    about: { preset, seed, adapter, settings },
    blocks: [
      { kind: "text", text: introduction(run) },
      { kind: "findings", findings: proofsFindings(run) },
      ...CAPTIONS.flatMap(([id, caption]) => pictureBlocks(figures, `proofs-${id}`, caption)),
      ...linesOf(run, figures),
    ],
  };
}

const CAPTIONS = [
  ["groups", "The best proof of each group: the paper's mean over 151 models, and here."],
  ["bound-vs-flops", "Bound against length of the published strategies, all and the frontier."],
  ["frontier", "What the published bounds miss, and sound and new proofs: lower is better."],
  ["dimension-vs-flops", "Function values that a black box would have to supply, against length."],
  ["bound-vs-ratio", "Bounds against the ratio of the two largest singular values of EQKE."],
  ["repairs", "The published proof, its repairs one by one, and sharper terms."],
  ["interval", "Certified intervals of the error rate beside estimates."],
  ["rigour", "How many sequences are closer to a tie than an arithmetic can tell."],
  ["ablations", "Accuracy with each subset of the five tables set to zero."],
  ["heat-maps", "The five tables of one model."],
  ["directions", "Singular directions of the attention scores."],
  ["residuals", "Attention scores after the understood directions are peeled off."],
  ["factors", "Entries of the peeled factors beside normal distributions."],
  ["spectra", "Singular values of what is left after the peeling."],
  ["noise", "The residual against products of shuffled and normal factors."],
  ["copying", "Rows of EVOU: range, and largest other entry minus the diagonal."],
  ["attention-difference", "Attention score against token, pairs of keys for one query."],
  ["attention-slope", "Attention score for each token of difference, all pairs."],
] as const;

/** A block for each picture of a figure. */
function pictureBlocks(figures: readonly FigureResult[], figure: string, caption: string): Block[] {
  const { pictures, error } = figures.find(({ id }) => id === figure)!;
  const drawn: Picture[] = error === undefined ? pictures : [{ id: figure }];
  return drawn.map(({ id, about }) => ({
    kind: "figure",
    id,
    caption: about ? `${caption.slice(0, -1)}: ${about}.` : caption,
  }));
}

function introduction({ preset, seed, adapter, settings, models }: ProofsRun): string {
  const populations = settings.families.map(({ K, v, seeds }) =>
    `${seeds} of K = ${K}${v === 64 ? "" : `, v = ${v}`}`
  );
  return `Preset ${preset}, seed ${seed}, adapter ${adapter}. ${models.length} Max-of-K models ` +
    `(${populations.join("; ")}), one layer, one head, d_model ${settings.d_model}, trained for ` +
    `${settings.training.steps} steps. A strategy's bound is the share of all sequences that it ` +
    "certifies to be answered rightly; normalised: over true accuracy. Strategies called published " +
    "follow the paper's algorithm, whose step from the mean attention is unsound; sound ones are " +
    "theorems and are computed in exact and interval arithmetic. FLOPs count the verification " +
    "alone, each real operation once. Models here come from other random numbers than the paper's: " +
    "compare distributions, not seeds.";
}

/** Figures whose numbers are made while they are drawn, with the headings of these numbers. */
const DRAWN = [
  ["bound-vs-ratio", "Singular values, and bounds against their ratio"],
  ["heat-maps", "Size of the tables"],
  ["directions", "Singular directions"],
  ["residuals", "Attention scores after peeling"],
  ["factors", "Entries of the peeled factors"],
  ["spectra", "Singular values after peeling"],
  ["noise", "The residual against noise, and bounds on the attention error"],
  ["copying", "Copying"],
  ["attention-difference", "Attention score against token"],
  ["attention-slope", "Attention score for each token of difference"],
] as const;

function linesOf(run: ProofsRun, figures: readonly FigureResult[]): LinesBlock[] {
  const block = (title: string, lines: Line[], folded = false): LinesBlock => ({
    kind: "lines",
    title,
    lines,
    folded,
  });
  return [
    block("Best bound of each group, normalised", groupLines(run)),
    block("New theorems, not normalised", theoremLines(run)),
    block(
      "Published against sound: the best strategy of each group, case by case",
      auditLines(run),
    ),
    block("Repairs one by one, not normalised", repairLines(run)),
    block("Accuracy", accuracyLines(run)),
    block("Sampled accuracies", samplingLines(run)),
    block("Length and unexplained dimension of each group's best strategy", lengthLines(run), true),
    block("Length of single strategies", strategyLengthLines(run), true),
    block("Ablations", ablationLines(run), true),
    block("Price of rigour", rigourLines(run), true),
    ...DRAWN.map(([id, title]) =>
      block(title, figures.find((figure) => figure.id === `proofs-${id}`)!.lines, true)
    ),
  ].filter(({ lines }) => lines.length > 0);
}
