import { assertEquals, assertThrows } from "@std/assert";
import { seedsOf, shardNamed, sweepOf } from "../../scripts/sweep_option.ts";
import type { System } from "../../scripts/system.ts";

Deno.test("--seeds is a range with both ends, or a number of seeds from --seed on", () => {
  assertEquals(seedsOf("0-3", 7), [0, 1, 2, 3]);
  assertEquals(seedsOf("4-4", 7), [4]);
  assertEquals(seedsOf("3", 7), [7, 8, 9]);
  for (const text of ["3-1", "-1", "a-b", "1,2", "", "0", "1.5", "0-1000", "0-9007199254740993"]) {
    assertThrows(() => seedsOf(text, 0), RangeError, "Cannot run", text);
  }
});

Deno.test("--shard counts from 1 to the number of parts", () => {
  assertEquals(shardNamed("1/1"), { index: 1, of: 1 });
  assertEquals(shardNamed("3/8"), { index: 3, of: 8 });
  for (const text of ["0/2", "3/2", "1", "1/0", "1/2/3", "-1/2", "a/b", "1 / 2", ""]) {
    assertThrows(() => shardNamed(text), RangeError, "as --shard 2/4".slice(3), text);
  }
});

Deno.test("a sweep is refused where a system makes none, or says its seeds twice", () => {
  const [one, many] = [{ id: "one" }, { id: "many", sweeps: true }] as System[];
  const all = [one, many];
  assertEquals(sweepOf([one], {}, { all, first: 0 }), {});
  assertEquals(sweepOf([many], { seeds: "2", shard: "1/2" }, { all, first: 5 }), {
    seeds: [5, 6],
    shard: { index: 1, of: 2 },
  });
  const error = assertThrows(() => sweepOf([one, many], { shard: "1/2" }, { all, first: 0 }));
  assertEquals(
    (error as Error).message,
    "Cannot run: expected --shard with many alone but found one: name that system, or leave it out",
  );
  assertThrows(
    () => sweepOf([many], { seed: "3", seeds: "0-9" }, { all, first: 3 }),
    RangeError,
    "leave --seed out",
  );
});
