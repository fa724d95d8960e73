/**
 * Which method of model diffing finds a planted backdoor: pairs of models, cells, scores.
 * @module
 */
export type { Cell } from "./cell.ts";
export { type Comparison, comparisonsOf, testOf } from "./comparisons.ts";
export { CUT_PLACE, FILTERS, MAIN_FILTER, MOST_ABOVE, NO_K, RANK_SCORES } from "./decision.ts";
export { COMPARISONS, LEAST_SEEDS, LEVEL, MARGIN, QUESTIONS } from "./rule.ts";
export { type DetectorName, DETECTORS } from "./detectors.ts";
export { gatherDiffOff } from "./gather.ts";
export { randomStops } from "./head_floor.ts";
export { ceiling } from "./isolation.ts";
export { type NullList, nullLists, shortLists } from "./null_lists.ts";
export { NULLS, type PairName, pairTitle } from "./pairs.ts";
export { partOf } from "./part.ts";
export { planDiffOff, planPairs } from "./plan.ts";
export { meanPrecision } from "./precision_recall.ts";
export { diffOffSettings, presetSeeds } from "./presets.ts";
export {
  type DiffOffResults,
  type Overlap,
  type PairResult,
  readDiffOff,
  RESULTS_FILE,
} from "./results.ts";
export { runDiffOff } from "./run.ts";
export {
  filteredBy,
  kOf,
  type Mean,
  meanOf,
  REPAIRED,
  repairedIn,
  type Score,
  scoresOf,
} from "./score.ts";
export { cellsOf, type DiffOffTask } from "./task.ts";
export { diffOffTasks, planDiffOffTasks, runDiffOffTask } from "./tasks.ts";
export { SAME } from "./top_vectors.ts";
