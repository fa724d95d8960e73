// Tails from scipy 1.17.1, stats.t.sf(t, df).
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { stream } from "../../lib/numerics/random.ts";
import {
  fitStudent,
  studentDensity,
  studentQuantile,
  studentTail,
} from "../../lib/numerics/student.ts";

const TAILS = [
  [0.5, 1, 0.35241638234956674],
  [2.3, 3.5, 0.04619672248986906],
  [10, 4, 0.0002810018113579955],
  [30, 2.2, 0.0003220128391067257],
  [-1.1, 6, 0.8432519252899654],
  [5, 60, 2.644012105337133e-06],
  [0, 3, 0.5],
];

Deno.test("studentTail() equals scipy far out and for fractions of a degree", () => {
  for (const [t, df, tail] of TAILS) {
    assertAlmostEquals(studentTail(t, { df }) / tail, 1, 1e-11, `t ${t}, df ${df}`);
    assertAlmostEquals(studentTail(3 * t, { df, scale: 3 }) / tail, 1, 1e-11);
  }
  assertThrows(() => studentTail(1, { df: 0 }), RangeError, "df");
});

Deno.test("studentDensity() equals scipy, and what the tail loses", () => {
  // scipy 1.17.1: stats.t.pdf(2.3, 3.5, scale=1.7)
  assertAlmostEquals(studentDensity(2.3, { df: 3.5, scale: 1.7 }), 0.08487163583950795, 1e-13);
  const step = 1e-5, at = (t: number) => studentTail(t, { df: 2.5, scale: 0.7 });
  const lost = (at(1 - step) - at(1 + step)) / (2 * step);
  assertAlmostEquals(studentDensity(1, { df: 2.5, scale: 0.7 }), lost, 1e-8);
});

Deno.test("fitStudent() finds the scale and the weight of the tails", () => {
  const random = stream(0, "t");
  const normal = fitStudent(Array.from({ length: 3000 }, () => 2 * random.normal()));
  assert(normal.df >= 20, `${normal.df}`);
  assertAlmostEquals(normal.scale, 2, 0.1);
  const cauchy = Array.from({ length: 3000 }, () => 0.5 * random.normal() / random.normal());
  const heavy = fitStudent(cauchy);
  assertEquals(heavy.df, 1);
  assertAlmostEquals(heavy.scale, 0.5, 0.05);
  assertThrows(() => fitStudent([0, 0, 0, 1]), RangeError, "median square 0");
});

Deno.test("studentQuantile() equals scipy", () => {
  // scipy 1.17.1: stats.t.ppf(p, df)
  for (
    const [p, df, t] of [[0.975, 9, 2.2621571628540993], [0.975, 5, 2.5705818366147395], [
      0.1,
      3,
      -1.6377443536962095,
    ]]
  ) {
    assertAlmostEquals(studentQuantile(p, { df }), t, 1e-8);
  }
  assertAlmostEquals(studentQuantile(0.5, { df: 2 }), 0, 1e-8);
  assertThrows(() => studentQuantile(1, { df: 2 }), RangeError, "below 1");
});
