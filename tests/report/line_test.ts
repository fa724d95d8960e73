import { assertEquals, assertFalse, assertThrows } from "@std/assert";
import { lineCells, numberLine, shareLine } from "../../lib/report/line.ts";

Deno.test("shareLine() shows counts beside every percentage and nothing for 0 of 0", () => {
  const paper = { value: 71, source: "post" };
  const line = shareLine("a", { count: 20, of: 38 }, { paper, base: { count: 22, of: 474 } });
  assertEquals(lineCells(line), [
    "a",
    "71 %",
    "53 % (20 of 38)",
    "−18 points",
    "4.6 % (22 of 474)",
    "95 % interval 37 % to 68 %; paper: post",
  ]);
  const empty = shareLine("b", { count: 0, of: 0 }, { paper });
  assertEquals(lineCells(empty).slice(1, 4), ["71 %", "none (0 of 0)", "–"]);
  assertFalse(JSON.stringify(empty).includes("null"));
});

Deno.test("numberLine() refuses a number that is not finite", () => {
  assertThrows(() => numberLine("FVU", NaN), Error, "Cannot report FVU: expected a finite number");
});
