// Rules on where latents turn, on rows of synthetic_rows.ts made for each.
import { assertEquals, assertStringIncludes } from "@std/assert";
import { readResults } from "../../../scripts/stagewise/results.ts";
import {
  modelTurnsMore,
  quadrantOrder,
  thinTail,
} from "../../../scripts/stagewise/turning_findings.ts";
import { withSyntheticRun } from "../../diff/synthetic_run.ts";
import { rowsLike, type Shape } from "./synthetic_rows.ts";

const run = await withSyntheticRun(readResults);

/** Of 15 latents that turned on x alone the first `onX` are relevant, and of 15 on y alone the first `onY`. */
function found(onX: number, onY: number, { low = [0, 15, 15] }: Shape = {}) {
  const rows = rowsLike(run, { low }).map((row) => {
    const relevant = row.latent < onX || (row.latent >= 15 && row.latent < 15 + onY);
    return { ...row, relevant };
  });
  return quadrantOrder(rows);
}

const order = (...asked: Parameters<typeof found>) => found(...asked).verdict;

Deno.test("quadrantOrder() takes an order only where intervals tell the shares apart", () => {
  assertEquals(order(5, 13), "replicated");
  assertEquals(order(8, 9), "in part");
  assertEquals(order(13, 3), "not replicated");
  assertEquals(order(0, 1), "undecided");
  assertEquals(order(5, 5, { low: [0, 15, 5] }), "undecided"); // five on y alone
  assertStringIncludes(found(5, 13).text, "V2 is cut at p = 10 over all latents");
});

Deno.test("thinTail() asks whether the tail is thin, not whether the interval is wide", () => {
  const verdict = (both: number) => thinTail(rowsLike(run, { low: [both, 0, 0] })).verdict;
  assertEquals([3, 15, 60].map(verdict), ["replicated", "undecided", "not replicated"]);
});

Deno.test("modelTurnsMore() goes by the interval of the medians' difference", () => {
  const verdict = (less: number) => {
    const rows = rowsLike(run, {}).map((row) => ({
      ...row,
      x: row.y - less + (row.latent % 2 === 0 ? 0.02 : -0.02),
    }));
    return modelTurnsMore(rows, { seed: 0 }).verdict;
  };
  assertEquals([0.05, 0, -0.05].map(verdict), ["replicated", "undecided", "not replicated"]);
});
