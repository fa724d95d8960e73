import { assertEquals, assertThrows } from "@std/assert";
import { assertClose, fixture, random } from "./util.ts";

const options = { name: "y", rtol: 1e-3 };

Deno.test("assertClose() names the element that differs and the worst error", () => {
  const expected = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
  const error = assertThrows(() => assertClose([1, 2, 3.5, 4], expected, options), Error);
  assertEquals(error.message.includes("1 of 4 values [2,2] differ; worst error 5.0e-1"), true);
  assertEquals(error.message.includes("[1, 0] expected 3 but found 3.5"), true);
});

Deno.test("assertClose() lists ten elements at most", () => {
  const error = assertThrows(() => assertClose(random(1, 99), random(2, 99), options), Error);
  assertEquals(error.message.split("\n").length, 11);
});

Deno.test("assertClose() refuses NaN, a stray infinity and another length; equal infinities pass", () => {
  assertThrows(() => assertClose([NaN], [NaN], options));
  assertThrows(() => assertClose([1, 0], [1, NaN], options));
  assertThrows(() => assertClose([Infinity, 1], [1, 1], options));
  assertThrows(() => assertClose([1, 1], [-Infinity, 1], options));
  assertThrows(() => assertClose([1], [1, 1], options));
  assertClose([-Infinity, 1], [-Infinity, 1], options);
});

Deno.test("assertClose() measures small elements against the size of the whole, zeros exactly", () => {
  assertEquals(assertClose([100, 0.01], [100, 0], options) < 2e-4, true);
  assertThrows(() => assertClose([100, 0.2], [100, 0], options));
  assertThrows(() => assertClose([1e-30], [0], options));
});

Deno.test("fixture() reads shapes and values", async () => {
  assertEquals((await fixture("crosscoder")).W_enc.shape, [3, 8, 13]);
});
