import { assertEquals, assertThrows } from "@std/assert";
import { rowsOf } from "../../lib/plot/columns.ts";

Deno.test("rowsOf() makes a row of each place, and repeats what is no list", () => {
  const x = Float32Array.of(1, 2), label = ["a", "b"];
  assertEquals(rowsOf({ x, label, series: "loss" }), [
    { x: 1, label: "a", series: "loss" },
    { x: 2, label: "b", series: "loss" },
  ]);
  assertEquals(rowsOf({ x: [] }), []);
});

Deno.test("rowsOf() refuses lists of unlike lengths, and none", () => {
  assertThrows(() => rowsOf({ x: [1], y: [1, 2] }), RangeError, "found 1, 2");
  assertThrows(() => rowsOf({ x: 1 }), RangeError, "found none");
});
