import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { meanDecoderNorm, rotation } from "../../../lib/diff/stages/rotation.ts";

const decoder = (...rows: number[][]) => ({
  shape: [rows.length, 2, 2],
  data: Float32Array.from(rows.flat()),
});

Deno.test("rotation() takes the cosine over all sites at once", () => {
  // over the flat rows 1·2 / (√5 √13) ... by site it would be 0 and 1
  const [cosine] = rotation(decoder([1, 0, 2, 0]), decoder([0, 2, 3, 0]));
  assertAlmostEquals(cosine, 6 / Math.sqrt(5 * 13), 1e-15);
});

Deno.test("rotation() is 1, -1, 0 for scaled, negated and zero decoders", () => {
  const before = decoder([1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]);
  const after = decoder([2, 4, 6, 8], [-1, -2, -3, -4], [0, 0, 0, 0]);
  const cosines = rotation(before, after);
  [1, -1, 0].forEach((expected, i) => assertAlmostEquals(cosines[i], expected, 1e-15));
});

Deno.test("rotation() counts a norm below 1e-6 as 1e-6", () => {
  // |a| = 1e-9: 1e-9 / (1e-6 · 1)
  assertAlmostEquals(rotation(decoder([1e-9, 0, 0, 0]), decoder([1, 0, 0, 0]))[0], 1e-3, 1e-9);
});

Deno.test("rotation() refuses stages of different runs", () => {
  const [a, b] = [decoder([1, 2, 3, 4]), decoder([1, 2, 3, 4], [1, 2, 3, 4])];
  assertThrows(() => rotation(a, b), RangeError, "expected shape [1,2,2] but found [2,2,2]");
});

Deno.test("meanDecoderNorm() sums the norms of the sites", () => {
  assertEquals(meanDecoderNorm(decoder([3, 4, 0, 2], [0, 0, 0, 1])), (5 + 2 + 1) / 2);
});
