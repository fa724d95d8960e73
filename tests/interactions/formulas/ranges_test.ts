import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { excess } from "../../../lib/interactions/formulas/excess.ts";
import { excessRange } from "../../../lib/interactions/formulas/excess_range.ts";
import {
  curvatureRange,
  type Interval,
  less,
  point,
  sizeOf,
  slopeRange,
  times,
} from "../../../lib/interactions/formulas/intervals.ts";
import { mixedDifference, oscBound } from "../../../lib/interactions/formulas/mixed_difference.ts";
import { nonlinearity } from "../../../lib/interactions/formulas/nonlinearity.ts";
import { pairRange } from "../../../lib/interactions/formulas/pair_range.ts";
import { type Random, stream } from "../../../lib/numerics/random.ts";
import { NAMES } from "./examples.ts";

const relu = nonlinearity("relu");

Deno.test("times() and less() of intervals worked by hand", () => {
  assertEquals(times({ lo: -1, hi: 2 }, { lo: -3, hi: 1 }), { lo: -6, hi: 3 });
  assertEquals(less({ lo: 0, hi: 1 }, { lo: 2, hi: 5 }), { lo: -5, hi: -1 });
  assertEquals(sizeOf({ lo: -4, hi: 2 }), 4);
});

Deno.test("slopeRange() and curvatureRange() hold every point of the interval, and no more", () => {
  const random = stream(0, "slopes");
  for (const phi of NAMES.map(nonlinearity)) {
    for (let draw = 0; draw < 100; draw++) {
      const x = interval(random, 3);
      const inside = Array.from({ length: 201 }, (_, n) => x.lo + (x.hi - x.lo) * n / 200);
      const ranges = [[slopeRange(phi, x), phi.slope], [curvatureRange(phi, x), phi.curvature]];
      for (const [range, of] of ranges as [Interval, (x: number) => number][]) {
        // At its kink a ReLU's slope is no one's.
        const values = (phi.name === "relu" ? inside.slice(1, -1) : inside).map(of);
        const [lo, hi] = [Math.min(...values), Math.max(...values)];
        assert(range.lo <= lo + 1e-14 && hi <= range.hi + 1e-14, phi.name);
        if (phi.name === "relu") continue;
        assertAlmostEquals(range.lo, lo, 2e-3, phi.name);
        assertAlmostEquals(range.hi, hi, 2e-3, phi.name);
      }
    }
  }
  assertEquals(slopeRange(relu, { lo: 0, hi: 1 }), point(1)); // on either side of the kink one slope
  assertEquals(slopeRange(relu, { lo: -1, hi: 0 }), point(0));
  assertEquals(slopeRange(relu, { lo: -1, hi: 1 }), { lo: 0, hi: 1 });
});

Deno.test("pairRange() holds every mixed difference of its box, within the bounds for all c", () => {
  const random = stream(0, "boxes");
  for (const phi of NAMES.map(nonlinearity)) {
    for (let draw = 0; draw < 200; draw++) {
      const box = { a: interval(random), b: interval(random), c: interval(random) };
      const range = pairRange(phi, box);
      const widest = oscBound(phi, { a: sizeOf(box.a), b: sizeOf(box.b) });
      assert(sizeOf(range) <= widest + 1e-14, phi.name);
      for (let sample = 0; sample < 50; sample++) {
        const at = { a: within(random, box.a), b: within(random, box.b), c: within(random, box.c) };
        const found = mixedDifference(phi, at);
        assert(range.lo - 1e-13 <= found && found <= range.hi + 1e-13, phi.name);
      }
    }
  }
});

Deno.test("pairRange() of ReLU is the least interval: a grid over the box reaches both ends", () => {
  const random = stream(0, "grid");
  for (let draw = 0; draw < 40; draw++) {
    const box = { a: interval(random), b: interval(random), c: interval(random) };
    const range = pairRange(relu, box);
    let lo = Infinity, hi = -Infinity;
    for (const a of grid(box.a)) {
      for (const b of grid(box.b)) {
        for (const c of grid(box.c)) {
          const found = mixedDifference(relu, { a, b, c });
          [lo, hi] = [Math.min(lo, found), Math.max(hi, found)];
        }
      }
    }
    const step = 3 * Math.max(...[box.a, box.b, box.c].map(({ lo, hi }) => hi - lo)) / 20;
    assert(lo - range.lo <= step && range.hi - hi <= step, JSON.stringify({ box, range, lo, hi }));
  }
});

Deno.test("pairRange() of single numbers is the mixed difference for ReLU, and holds it for others", () => {
  const at = { a: 1.2, b: -0.7, c: 0.3 };
  const box = { a: point(1.2), b: point(-0.7), c: point(0.3) };
  const { lo, hi } = pairRange(relu, box);
  assertAlmostEquals(lo, mixedDifference(relu, at), 1e-14);
  assertAlmostEquals(hi, lo, 1e-14);
  const tiny = { a: point(1e-3), b: point(1e-3), c: point(0.3) };
  const gelu = pairRange(nonlinearity("gelu"), tiny);
  assertAlmostEquals(gelu.hi / gelu.lo, 1, 0.01); // a small box knows its curvature
});

Deno.test("excessRange() holds every excess of its box", () => {
  const random = stream(0, "neuron boxes");
  for (const phi of NAMES.map(nonlinearity)) {
    for (let draw = 0; draw < 150; draw++) {
      const box = {
        a: Array.from({ length: 1 + random.int(6) }, () => interval(random)),
        c: random.normal(),
      };
      const range = excessRange(phi, box);
      for (let sample = 0; sample < 50; sample++) {
        const found = excess(phi, { a: box.a.map((x) => within(random, x)), c: box.c });
        assert(range.lo - 1e-12 <= found && found <= range.hi + 1e-12, phi.name);
      }
    }
  }
});

Deno.test("excessRange() of ReLU is reached above, of single numbers it is the excess", () => {
  const random = stream(0, "relu boxes");
  for (let draw = 0; draw < 100; draw++) {
    const a = Array.from({ length: 1 + random.int(5) }, () => interval(random));
    const c = random.normal();
    const corners = Array.from(
      { length: 2 ** a.length },
      (_, bits) => excess(relu, { a: a.map(({ lo, hi }, i) => bits >> i & 1 ? hi : lo), c }),
    );
    assertAlmostEquals(excessRange(relu, { a, c }).hi, Math.max(...corners), 1e-12);
    const single = a.map(({ lo }) => point(lo));
    const range = excessRange(relu, { a: single, c });
    assertAlmostEquals(range.lo, corners[0], 1e-12);
    assertAlmostEquals(range.hi, corners[0], 1e-12);
  }
});

Deno.test("excessRange() is 0 for one feature and without a nonlinearity", () => {
  const zero = (x: Interval) => sizeOf(x) === 0;
  const a = [{ lo: -1, hi: 2 }, { lo: 0, hi: 3 }];
  assert(zero(excessRange(nonlinearity("identity"), { a, c: 0.3 })));
  for (const phi of NAMES.map(nonlinearity)) {
    assert(zero(excessRange(phi, { a: a.slice(0, 1), c: 0.3 })), phi.name);
  }
});

function interval(random: Random, scale = 1): Interval {
  const [x, y] = [scale * random.normal(), scale * random.normal()];
  return { lo: Math.min(x, y), hi: Math.max(x, y) };
}

function within(random: Random, { lo, hi }: Interval): number {
  return random.pick([lo, hi, lo + (hi - lo) * random.uniform()]);
}

function grid({ lo, hi }: Interval): number[] {
  return Array.from({ length: 21 }, (_, n) => lo + (hi - lo) * n / 20);
}
