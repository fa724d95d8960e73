// The expected words are those of the reference implementation xoshiro128starstar.c (version 1.1) from
// state 1, 2, 3, 4, as published in the tests of the Rust crate rand_xoshiro.
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { stream, xoshiro128 } from "../../lib/numerics/random.ts";

Deno.test("xoshiro128() gives the published words", () => {
  const next = xoshiro128([1, 2, 3, 4]);
  assertEquals(Array.from({ length: 10 }, next), [
    11520,
    0,
    5927040,
    70819200,
    2031721883,
    1637235492,
    1287239034,
    3734860849,
    3729100597,
    4258142804,
  ]);
});

Deno.test("stream() depends on seed and name, a child on nothing that was drawn", () => {
  const words = (random: { uint32(): number }) => Array.from({ length: 4 }, random.uint32);
  assertEquals(words(stream(3, "mask")), words(stream(3, "mask")));
  assertNotEquals(words(stream(3, "mask")), words(stream(4, "mask")));
  assertNotEquals(words(stream(3, "mask")), words(stream(3, "masks")));
  const [used, fresh] = [stream(3, "mask"), stream(3, "mask")];
  used.normal();
  assertEquals(words(used.stream("a")), words(fresh.stream("a")));
  assertNotEquals(words(fresh.stream("a")), words(fresh.stream("b")));
  assertThrows(() => stream(0.5, "mask"), Error, "expected an integer seed but found 0.5");
});

Deno.test("Random.uniform() and normal() have the moments of their distributions", () => {
  const random = stream(1, "moments");
  const n = 40_000; // the bounds are five standard errors
  const uniform = Array.from({ length: n }, random.uniform);
  const mean = (values: Iterable<number>) => [...values].reduce((sum, x) => sum + x, 0) / n;
  assertEquals(uniform.every((x) => x >= 0 && x < 1), true);
  assertEquals(Math.abs(mean(uniform) - 0.5) < 5 * Math.sqrt(1 / 12 / n), true);
  const normal = random.normals(n, 2);
  assertEquals(Math.abs(mean(normal)) < 5 * 2 / Math.sqrt(n), true);
  assertEquals(Math.abs(mean(normal.map((x) => x * x)) - 4) < 5 * 4 * Math.sqrt(2 / n), true);
  const tail = normal.filter((x) => Math.abs(x) > 4).length / n; // 4.55 % beyond two deviations
  assertEquals(Math.abs(tail - 0.0455) < 5 * Math.sqrt(0.0455 / n), true);
});

Deno.test("Random.int() is flat over a bound that is no power of two and refuses none", () => {
  const random = stream(2, "int");
  const counts = new Array(7).fill(0);
  for (let i = 0; i < 70_000; i++) counts[random.int(7)]++;
  assertEquals(counts.every((count) => Math.abs(count - 10_000) < 500), true, `${counts}`);
  const large = Array.from({ length: 3000 }, () => random.int(3 * 2 ** 30));
  const low = large.filter((x) => x < 2 ** 30).length; // without rejection half of them, not a third
  assertEquals(Math.abs(low - 1000) < 130, true, `${low}`);
  assertThrows(() => random.int(0), RangeError, "is the list empty?");
});

Deno.test("Random.shuffle() and permutation() keep every element and reach every order", () => {
  const random = stream(5, "orders");
  assertEquals([...random.permutation(100)].sort((a, b) => a - b), Array.from(Array(100).keys()));
  const seen = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = random.shuffle(["a", "b", "c"]).join("");
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  assertEquals(seen.size, 6);
  assertEquals([...seen.values()].every((count) => Math.abs(count - 1000) < 150), true);
});

Deno.test("Random.normals() and permutation() refuse lengths and deviations that are none", () => {
  const random = stream(0, "lengths");
  assertEquals([random.normals(0).length, random.permutation(0).length], [0, 0]);
  for (const n of [-1, 1.5, NaN, 2 ** 33]) {
    assertThrows(() => random.normals(n), RangeError, "expected length to be a whole number");
    assertThrows(() => random.permutation(n), RangeError, "expected n to be a whole number");
  }
  for (const std of [-1, NaN, Infinity]) {
    assertThrows(() => random.normals(2, std), RangeError, "expected std to be a finite number");
  }
});
