import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { bestCosines, stabilityOf } from "../../../lib/diff/stability/match.ts";
import { stream } from "../../../lib/numerics/random.ts";

// two sites of two numbers
const S = { shape: [3, 2, 2], data: Float32Array.of(1, 0, 0, 0, 3, 0, 0, 4, 0, 0, 0, 0) };
const other = { shape: [2, 2, 2], data: Float32Array.of(0, 0, 0, 2, 0, 5, 0, 0) };

Deno.test("bestCosines() takes the best of the other dictionary; a latent of zeros matches nothing", () => {
  assertEquals([...bestCosines(S, other)], [0, Math.fround(0.8), 0]);
  assertEquals([...bestCosines(other, S)], [Math.fround(0.8), 0]);
});

Deno.test("bestCosines() weighs sites as training did where their scales are given", () => {
  // (3, 0, 0, 4) with the second site times 3/4: (3, 0, 0, 3)
  const [, scaled] = bestCosines(S, other, { scale: [1, 0.75] });
  assertAlmostEquals(scaled, Math.SQRT1_2, 1e-6);
});

Deno.test("bestCosines() finds permuted latents whatever their length, in more than one block", () => {
  const random = stream(0, "latents"), shape = [50, 2, 3];
  const data = random.normals(300), order = random.permutation(50);
  const moved = Float32Array.from(data);
  order.forEach((from, to) =>
    moved.set(data.subarray(6 * from, 6 * from + 6).map((value) => (to + 1) * value), 6 * to)
  );
  for (const cosine of bestCosines({ shape, data }, { shape, data: moved })) {
    assertAlmostEquals(cosine, 1, 1e-6);
  }
});

Deno.test("stabilityOf() is the mean over other dictionaries", () => {
  const [first, second] = stabilityOf(S, [other, S]);
  assertAlmostEquals(first, 0.5, 1e-7);
  assertAlmostEquals(second, 0.9, 1e-7);
  assertThrows(() => stabilityOf(S, []), RangeError, "found none");
  const wider = { shape: [1, 2, 3], data: new Float32Array(6) };
  assertThrows(
    () => stabilityOf(S, [wider]),
    RangeError,
    "expected decoders of [2,2] but found [2,3]",
  );
});
