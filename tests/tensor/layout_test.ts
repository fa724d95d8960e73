import { assertEquals, assertThrows } from "@std/assert";
import { floatsOf } from "../../lib/tensor/layout.ts";

const layout = { shape: [3], dtype: "u32", rows: 1, columns: 3, pitch: 4 } as const;

Deno.test("floatsOf() refuses u32 values that a float would round, whatever pads the rows", () => {
  const { buffer } = Uint32Array.of(1, 2 ** 24, 3, 2 ** 31);
  assertEquals([...floatsOf(buffer, layout)], [1, 2 ** 24, 3]);
  const large = Uint32Array.of(1, 2 ** 24 + 1, 3, 0).buffer;
  assertThrows(() => floatsOf(large, layout), RangeError, "found 16777217");
});
