import { assertEquals } from "@std/assert";
import { calibrationAnswer, CANDIDATE } from "../../../lib/diff/calibration/answer.ts";
import { calibrate, type CalibrationRow } from "../../../lib/diff/calibration/calibrate.ts";
import { STATISTICS } from "../../../lib/diff/calibration/decide.ts";
import { plantedRun } from "./planted.ts";

const [some] = calibrate([plantedRun(0, { n: 40 })], { statistics: STATISTICS.slice(0, 1) });
function row(
  name: string,
  passes: boolean | undefined,
  { found = 5, flagged = 9 } = {},
): CalibrationRow {
  const hits = { precision: { count: found, of: flagged }, recall: { count: found, of: 10 } };
  const flags = { count: flagged, of: 40 };
  return { ...some, name, calibrated: passes, power: passes, flagged: flags, labelled: hits };
}

Deno.test("calibrationAnswer() asks the statistic first that was chosen beforehand", () => {
  const rows = [row("other", true, { found: 9 }), row(CANDIDATE, true)];
  assertEquals(calibrationAnswer(rows), { answer: "confirmed", winner: rows[1] });
});

Deno.test("calibrationAnswer() else names the one that finds the most with the fewest flags", () => {
  const rows = [
    ...[row(CANDIDATE, false), row("wide", true, { flagged: 30 }), row("poor", true, { found: 2 })],
    row("good", true),
  ];
  assertEquals(calibrationAnswer(rows), { answer: "found", winner: rows[3] });
  assertEquals(calibrationAnswer(rows.slice(0, 1)), { answer: "none" });
  assertEquals(calibrationAnswer([row(CANDIDATE, undefined)]), { answer: "undecided" });
});

Deno.test("the statistic that was chosen beforehand is one of them", () => {
  const names = STATISTICS.map(({ family, amount }) => `${family.name} ${amount}`);
  assertEquals(names.includes(CANDIDATE), true);
  assertEquals(new Set(names).size, names.length);
});
