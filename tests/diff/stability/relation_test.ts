import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  explainedBy,
  stabilityRelation,
  type StabilityRow,
} from "../../../lib/diff/stability/relation.ts";
import { stream } from "../../../lib/numerics/random.ts";

/** Latents 0 to 9 turned; stability is chance, or lower where they turned. */
function latents({ explained }: { explained: boolean }): StabilityRow[] {
  const random = stream(0, "latents");
  return Array.from({ length: 100 }, (_, i) => {
    const turned = i < 10, cosine = turned ? 0.5 + i / 100 : 0.9 + i / 2000;
    return {
      x: cosine,
      y: cosine - 0.01 * random.uniform(),
      stability: (explained && turned ? 0 : 0.3) + 0.3 * random.uniform(),
      rate: random.uniform(),
      turned,
      labelled: i % 9 === 0,
    };
  });
}

Deno.test("stabilityRelation() sees where instability explains who turned, and where it does not", () => {
  const yes = stabilityRelation(latents({ explained: true }), { seed: 0 });
  assertEquals(yes.unstable.turned?.auc, 1);
  assertEquals(explainedBy(yes.unstable.turned), "yes");
  const no = stabilityRelation(latents({ explained: false }), { seed: 0 });
  assertAlmostEquals(no.unstable.turned!.auc, 0.5, 0.2);
  assert(yes.related.max!.givenRate > no.related.max!.givenRate + 0.15);
});

Deno.test("stabilityRelation() counts by hand", () => {
  const row = (i: number): StabilityRow => ({
    x: i / 10,
    y: (7 * i % 10) / 10,
    stability: i === 0 ? 0.95 : i / 10,
    rate: (3 * i % 10 + 1) / 10,
    turned: i < 2,
    labelled: i === 0 || i === 9,
  });
  const found = stabilityRelation(Array.from({ length: 10 }, (_, i) => row(i)), { seed: 0 });
  // stabilities 0.95, 0.1 to 0.9: of 16 pairs the turned ones 0.95 and 0.1 are lower in 8
  assertEquals([found.unstable.turned?.auc, found.unstable.causal], [0.5, undefined]);
  assertEquals(found.median, { turned: 0.525, others: 0.55 });
  // ranks of x 1 .. 10, of stability 10, 1 .. 9: rho = 1 - 6 (81 + 9) / 990
  assertAlmostEquals(found.related.x!.spearman, 1 - 540 / 990, 1e-12);
  // rates of the turned 0.1, 0.4, of the others 0.7, 1, 0.3, 0.6, 0.9, 0.2, 0.5, 0.8: 8 + 6 of 16
  assertEquals(found.rare.turned?.auc, 14 / 16);
  assertAlmostEquals(found.quantiles.p50, 0.55, 1e-12);
  const alike = Array.from({ length: 10 }, (_, i) => ({ ...row(i), rate: 0.1 }));
  assertEquals(stabilityRelation(alike, { seed: 0 }).related.x, undefined);
});

Deno.test("stabilityRelation() refuses fewer than four latents in words", () => {
  const row = { x: 0.1, y: 0.2, stability: 0.3, rate: 0.1, turned: true, labelled: false };
  const error = assertThrows(() => stabilityRelation([row, row, row], { seed: 0 }), RangeError);
  assertStringIncludes(error.message, "expected at least 4 latents but found 3");
});

Deno.test("explainedBy() goes by an area of 0.7 and an interval beside 0.5", () => {
  assertEquals(explainedBy({ auc: 0.7, interval: [0.51, 0.9] }), "yes");
  assertEquals(explainedBy({ auc: 0.69, interval: [0.51, 0.9] }), "in part");
  assertEquals(explainedBy({ auc: 0.36, interval: [0.2, 0.49] }), "no");
  assertEquals(explainedBy({ auc: 0.55, interval: [0.4, 0.71] }), "undecided");
  assertEquals(explainedBy({ auc: 0.9 }), "undecided"); // too few for an interval
  assertEquals(explainedBy(undefined), "undecided");
});
