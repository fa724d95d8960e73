/** The interactions' section of a report. @module */
import type { InteractionsResults } from "../../lib/interactions/run/results.ts";
import { figureBlocks, numberBlocks, type ReportedFigure } from "../../lib/report/figure.ts";
import { type Block, linesBlock } from "../../lib/report/section.ts";
import { cardsBlock } from "./cards_block.ts";
import { interactionsFindings } from "./findings.ts";
import { dictionaryLines } from "./lines/dictionaries.ts";
import { intervalLines } from "./lines/intervals.ts";
import { proofCommand } from "./lines/proof.ts";
import { sanityLines } from "./lines/sanity.ts";

/** Everything that the report says of feature interactions. */
export function section(run: InteractionsResults, drawn: readonly ReportedFigure[]): Block[] {
  return [
    { kind: "text", text: introduction(run) },
    { kind: "findings", findings: interactionsFindings(run) },
    ...figureBlocks(drawn),
    ...cardsBlock(run.cards),
    linesBlock("Models and dictionaries", dictionaryLines(run), true),
    linesBlock("Bounds over all magnitudes", intervalLines(run.intervals), true),
    { kind: "text", text: proofCommand(run) },
    linesBlock("Sanity checks", sanityLines(run.sanity), true),
    ...numberBlocks(drawn),
  ];
}

function introduction(
  { preset, seed, adapter, corpus, settings, notes }: InteractionsResults,
): string {
  const { dictionary: { d_sae, k }, seeds, metricSequences, heldOutSequences } = settings;
  return [
    `Preset ${preset}, seed ${seed}, adapter ${adapter}, corpus ${corpus}. Dictionaries of ${d_sae} latents, ` +
    `${k} of them a token, learn what the MLPs of the stage-wise models read; ${seeds} seeds. Metrics are measured ` +
    `on ${metricSequences} sequences that no dictionary saw, ablation on ${heldOutSequences} of stories that no model saw.`,
    ...notes,
  ].join(" ");
}
