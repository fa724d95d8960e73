/**
 * The compact proofs' section of a report.
 *
 * @module
 */
import { figureBlocks, numberBlocks, type ReportedFigure } from "../../lib/report/figure.ts";
import { proofsFindings } from "./findings.ts";
import { lengthLines, strategyLengthLines } from "./lines/length.ts";
import {
  accuracyLines,
  auditLines,
  groupLines,
  repairLines,
  theoremLines,
} from "./lines/bounds.ts";
import { largerLines } from "./lines/larger.ts";
import { overtakingLines, samplingLines } from "./lines/sampling.ts";
import { ablationLines, rigourLines } from "./lines/story.ts";
import { familyTitle } from "../../lib/proofs/run/results.ts";
import type { ProofsResults } from "./results.ts";
import { type Block, type LinesBlock, linesBlock } from "../../lib/report/section.ts";

/** Everything that the report says of the proofs. */
export function section(run: ProofsResults, drawn: readonly ReportedFigure[]): Block[] {
  return [
    { kind: "text", text: introduction(run) },
    { kind: "findings", findings: proofsFindings(run) },
    ...figureBlocks(drawn),
    ...linesOf(run),
    ...numberBlocks(drawn),
  ];
}

function introduction({ preset, seed, adapter, settings, models }: ProofsResults): string {
  const populations = settings.families.map((family) =>
    `${family.seeds} of ${familyTitle(family)}`
  );
  const asked = (settings.tasks ?? []).map((family) => `${family.seeds} of ${familyTitle(family)}`);
  const others = asked.length === 0
    ? ""
    : ` Others are asked for another token than the largest (${asked.join("; ")}).`;
  const wider = (settings.larger ?? []).map((family) =>
    `${family.seeds} of ${familyTitle(family)}`
  );
  const larger = wider.length === 0
    ? ""
    : ` Some are larger than the published ones (${wider.join("; ")}).`;
  return `Preset ${preset}, seed ${seed}, adapter ${adapter}. ${models.length} Max-of-K models ` +
    `(${populations.join("; ")}), one layer, one head, d_model ${settings.d_model}, trained for ` +
    `${settings.training.steps} steps.${others}${larger} A strategy's bound is the share of all sequences that it ` +
    "certifies to be answered rightly; normalised: over true accuracy. Strategies called published " +
    "follow the paper's algorithm, whose step from the mean attention is unsound; sound ones are " +
    "theorems and are computed in exact and interval arithmetic. FLOPs count the verification " +
    "alone, each real operation once. Models here come from other random numbers than the paper's: " +
    "compare distributions, not seeds.";
}

function linesOf(run: ProofsResults): LinesBlock[] {
  return [
    linesBlock("Best bound of each group, normalised", groupLines(run)),
    linesBlock("New theorems, not normalised", theoremLines(run)),
    linesBlock("Larger models, not normalised", largerLines(run)),
    linesBlock(
      "Published against sound: the best strategy of each group, case by case",
      auditLines(run),
    ),
    linesBlock("Repairs one by one, not normalised", repairLines(run)),
    linesBlock("Accuracy", accuracyLines(run)),
    linesBlock("Draws from all sequences and from N5's sets", samplingLines(run)),
    linesBlock("Proof or draws, median models", overtakingLines(run), true),
    linesBlock(
      "Length and unexplained dimension of each group's best strategy",
      lengthLines(run),
      true,
    ),
    linesBlock("Length of single strategies", strategyLengthLines(run), true),
    linesBlock("Ablations", ablationLines(run), true),
    linesBlock("Price of rigour", rigourLines(run), true),
  ].filter(({ lines }) => lines.length > 0);
}
