/** Numbers of a run on attention, block by block, beside the published ones. @module */
import type {
  BlockReport,
  SampleAgreement,
} from "../../../lib/interactions/attention/block_report.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import { PAPER } from "../paper.ts";
import { violationsLine } from "./violations.ts";

/** Every block's shares, concentration, agreement with ablation and bounds. */
export function attentionLines(blocks: readonly BlockReport[]): Line[] {
  return blocks.flatMap((block) => [
    ...scoreLines(block),
    ...concentrationLines(block),
    ...block.samples.flatMap((sample) => agreementLines(block, sample)),
    ...pairLines(block),
    ...boundLines(block),
  ]);
}

const named = ({ layer }: BlockReport, text: string) => `block ${layer}: ${text}`;
const percent = (share: number) => 100 * share;

function scoreLines(block: BlockReport): Line[] {
  const { shares, centredShares, participation, n_heads } = block;
  const error = shares.queryError + shares.keyError;
  const line = (text: string, value: number, note: string) =>
    numberLine(named(block, text), percent(value), { unit: "%", digits: 0, note });
  const mean = participation.reduce((sum, value) => sum + value, 0) / n_heads;
  return [
    line("centred score, feature x feature", shares.features, "share of the row-centred score"),
    line("centred score, key features alone", shares.keyOnly, "bias of the query: no interaction"),
    line("centred score, error node", error, "of query and key"),
    line(
      "centred score, feature x feature about means",
      centredShares.features,
      "mean-centred acts",
    ),
    line("uncentred energy constant along rows", shares.gauge, "gauge: softmax does not see it"),
    numberLine(named(block, "participation"), mean, { note: "1 − ΣA², mean over heads" }),
  ];
}

function concentrationLines(block: BlockReport): Line[] {
  const { score, attended, scoreShuffled, attendedShuffled } = block.concentration;
  const line = (text: string, value: number, paper?: typeof PAPER.attentionPairs) => ({
    ...numberLine(named(block, `pairs for 80 % of ${text}`), percent(value), {
      unit: "%",
      digits: 0,
      paper,
      note: `of ${score.pairs} pairs that met${
        paper ? "; another model and dictionary, no difference is taken" : ""
      }`,
    }),
    difference: undefined,
  });
  return [
    line("scores", score.needed, PAPER.attentionPairs),
    line("scores, decoders shuffled", scoreShuffled.needed),
    line("attended scores", attended.needed),
    line("attended scores, decoders shuffled", attendedShuffled.needed),
  ];
}

/** Scores that are shown, in words. */
const METRICS: Record<string, string> = {
  first_order: "first order",
  exact_removal: "exact removal",
  attended_score: "A |γ|",
  raw_score: "|γ|",
  tv_bound: "total-variation bound",
  main_effects: "product of main effects",
  attended: "A",
  omega: "|Ω|",
  acts_product: "f_i f_j",
  decoder_cosine: "decoder cosine",
};
const MAIN = ["first_order", "exact_removal"];
const TRUTHS = { frozen: "values frozen", full: "values move" } as const;

function agreementLines(
  block: BlockReport,
  { sample, truth, edges, agreement, overRemoval, ofOutput }: SampleAgreement,
): Line[] {
  const about = `${sample} edges, ${TRUTHS[truth]}`;
  const shown = agreement.filter(({ metric }) => truth === "frozen" || MAIN.includes(metric));
  return [
    ...shown.flatMap(({ metric, raw, partial, low, high }) => {
      const name = named(block, `${METRICS[metric]} with the four-point difference, ${about}`);
      const note = `Spearman, ${edges} edges`;
      const held = "main effects and A held fixed";
      return [
        numberLine(name, raw, { note }),
        ...(partial === null ? [] : [numberLine(`${name}, partial`, partial, {
          ...(low === null || high === null ? { note: held } : {
            interval: [low, high],
            note: `${held}; 95 % over stories`,
          }),
        })]),
      ];
    }),
    numberLine(named(block, `four-point difference over exact removal, ${about}`), overRemoval, {
      note: "median",
    }),
    numberLine(named(block, `four-point difference of the output, ${about}`), percent(ofOutput), {
      unit: "%",
      note: "median",
    }),
  ];
}

function pairLines(block: BlockReport): Line[] {
  const { pairs, perPair, reliability, agreement } = block.pairs;
  const note = `${pairs} pairs, means of ${perPair} edges; reliability ${reliability.toFixed(2)}`;
  return agreement.flatMap(({ metric, raw, partial }) => {
    const name = named(block, `${METRICS[metric]} by pair, values frozen`);
    return [
      numberLine(name, raw, { note }),
      ...(partial === null ? [] : [numberLine(`${name}, partial`, partial, {
        note: "count, main effects and A held fixed",
      })]),
    ];
  });
}

function boundLines(block: BlockReport): Line[] {
  const { edge, row } = block.bounds;
  const top = block.samples.find(({ sample }) => sample === "top");
  return [
    violationsLine(named(block, "edges past their total-variation bound"), {
      count: edge.violations,
      of: edge.of,
    }),
    violationsLine(named(block, "rows past their total-variation bound"), {
      count: row.violations,
      of: row.of,
    }),
    ...(top
      ? [
        numberLine(
          named(block, "total-variation bound over exact removal, top edges"),
          top.overBound,
          {
            digits: 1,
            note: "median",
          },
        ),
      ]
      : []),
  ];
}
