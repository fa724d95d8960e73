// Parts of a work.
import { assertEquals, assertThrows } from "@std/assert";
import { shardOf } from "../../lib/io/shard.ts";

Deno.test("shards partition the items, in runs of neighbours", () => {
  for (const n of [1, 7, 20, 540]) {
    const items = Array.from({ length: n }, (_, i) => i);
    for (const shards of [1, 2, 3, 9, n]) {
      const parts = Array.from(
        { length: shards },
        (_, i) => shardOf(items, { index: i + 1, of: shards }),
      );
      assertEquals(parts.flat(), items);
      const sizes = parts.map(({ length }) => length);
      assertEquals(Math.max(...sizes) - Math.min(...sizes) <= 1, true);
    }
  }
  const seeds = shardOf(Array.from({ length: 40 }, (_, i) => i >> 2), { index: 2, of: 5 });
  assertEquals(seeds, [2, 2, 2, 2, 3, 3, 3, 3]); // whole seeds, where they come out even
});

Deno.test("a shard out of range is refused", () => {
  for (const [index, of] of [[0, 3], [4, 3], [1, 0], [1.5, 2], [NaN, 2]]) {
    assertThrows(() => shardOf([1, 2], { index, of }), RangeError, "Cannot take a shard");
  }
});

Deno.test("parts are even by weight: a heavy item stands alone", () => {
  const heavy = [1, 1, 8, 1, 1, 4];
  const parts = [1, 2, 3, 4].map((index) => shardOf(heavy, { index, of: 4 }, (each) => each));
  assertEquals(parts, [[1, 1], [8], [1, 1], [4]]);
  assertEquals(shardOf([5, 6], { index: 1, of: 2 }, () => 0), [5, 6]); // what weighs nothing is not lost
});
