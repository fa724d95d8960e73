/** The diff-off of runs side by side: a row a question, a column a run. @module */
import type { DiffOffResults } from "../../lib/diff/diffoff/mod.ts";
import { countText } from "./words.ts";
import { sentences } from "./findings.ts";

/** Head first. */
export function tableRows(runs: readonly DiffOffResults[]): string[][] {
  const answers = runs.map((run) => sentences(run));
  return [
    ["", ...runs.map(({ preset, seeds }) => `${preset}, ${countText(seeds.length, "seed")}`)],
    ...answers[0].map(({ question }, row) => [
      question,
      ...answers.map((own) => own[row].finding.text),
    ]),
  ];
}
