import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  partialSpearman,
  rankControls,
  rankResidual,
} from "../../lib/numerics/partial_rank_correlation.ts";
import { stream } from "../../lib/numerics/random.ts";
import { spearman } from "../../lib/numerics/rank_correlation.ts";

const x = [0.9, 0.1, 0.4, 0.7, 0.3, 0.8, 0.2, 0.6];
const y = [1.8, 0.2, 1.1, 0.9, 0.5, 1.5, 0.7, 0.6];
const z1 = [5, 1, 4, 2, 2, 6, 3, 3];
const z2 = [0.5, 0.3, 0.9, 0.4, 0.1, 0.7, 0.2, 0.8];

Deno.test("partialSpearman() gives the worked example with one control, the other, both", () => {
  assertAlmostEquals(partialSpearman(x, y, []), 0.833333333, 1e-9);
  assertAlmostEquals(partialSpearman(x, y, [z1]), 0.638239977, 1e-9);
  assertAlmostEquals(partialSpearman(x, y, [z2]), 0.774596669, 1e-9);
  assertAlmostEquals(partialSpearman(x, y, [z1, z2]), 0.644030454, 1e-9);
});

Deno.test("partialSpearman() with one control is the textbook quotient of three coefficients", () => {
  const [xy, xz, yz] = [spearman(x, y), spearman(x, z1), spearman(y, z1)];
  const expected = (xy - xz * yz) / Math.sqrt((1 - xz ** 2) * (1 - yz ** 2));
  assertAlmostEquals(partialSpearman(x, y, [z1]), expected, 1e-12);
});

Deno.test("partialSpearman() takes away what a common cause makes, and leaves what is planted", () => {
  const random = stream(1, "test");
  const n = 4000, normals = () => Array.from(random.normals(n));
  const [cause, own, a, b] = [normals(), normals(), normals(), normals()];
  const left = cause.map((c, i) => 2 * c + a[i]), right = cause.map((c, i) => 2 * c + b[i]);
  assert(spearman(left, right) > 0.75);
  // ranks of normal values are not quite linear in one another, so a little is left
  assert(Math.abs(partialSpearman(left, right, [cause])) < 0.05);
  const planted = right.map((v, i) => v + 3 * own[i]), seen = left.map((v, i) => v + own[i]);
  assert(partialSpearman(seen, planted, [cause]) > 0.6);
});

Deno.test("rankResidual() has length 1, and no part along a control or the constant", () => {
  const held = rankControls([z1, z2], { rows: 8 });
  const left = rankResidual(held, x);
  const dot = (u: ArrayLike<number>, v: ArrayLike<number>) =>
    Array.from(u).reduce((sum, value, i) => sum + value * v[i], 0);
  assertAlmostEquals(dot(left, left), 1, 1e-12);
  assertAlmostEquals(dot(left, Array(8).fill(1)), 0, 1e-12);
  assertAlmostEquals(dot(left, [7, 1, 6, 2.5, 2.5, 8, 4.5, 4.5]), 0, 1e-12); // ranks of z1
  assertAlmostEquals(dot(left, rankResidual(held, y)), partialSpearman(x, y, [z1, z2]), 1e-12);
});

Deno.test("partialSpearman() refuses what it cannot answer, and a control twice is one control", () => {
  assertThrows(() => partialSpearman(z1, y, [z1]), RangeError, "function of them");
  assertThrows(
    () => partialSpearman(z1.map((z) => z ** 3), y, [z1]),
    RangeError,
    "function of them",
  );
  assertThrows(() => partialSpearman(x, Array(8).fill(0.1), [z1]), RangeError, "a constant");
  assertThrows(() => partialSpearman(x, y, [z1, Array(8).fill(2)]), RangeError, "control 1");
  assertThrows(() => partialSpearman(x, y, [[1, 2]]), RangeError, "expected 8 values but found 2");
  const few = [x, y, z1, z2].map((values) => values.slice(0, 4));
  assertThrows(() => partialSpearman(few[0], few[1], few.slice(2)), RangeError, "at least 5 rows");
  assertEquals(partialSpearman(x, y, [z1, z1]), partialSpearman(x, y, [z1]));
});
