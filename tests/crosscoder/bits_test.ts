import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { atEqualBits, bitsPerToken, commonBits } from "../../lib/crosscoder/bits.ts";

Deno.test("bitsPerToken() charges names and values of the latents that fire", () => {
  assertEquals(bitsPerToken({ L0: 3, d_sae: 64, value_bits: 4 }), 3 * (6 + 4));
  assertEquals(bitsPerToken({ L0: 0, d_sae: 64 }), 0);
  assertThrows(() => bitsPerToken({ L0: -1, d_sae: 64 }), RangeError, "L0");
});

const recipes = {
  topk: [{ bits: 300, FVU: 0.1 }, { bits: 100, FVU: 0.5 }],
  l1: [{ bits: 200, FVU: 0.4 }, { bits: 600, FVU: 0.2 }, { bits: 200, FVU: 0.6 }],
};

Deno.test("atEqualBits() reads each recipe's FVU at the same bits, between its crosscoders", () => {
  assertEquals(commonBits(recipes), [200, 300]);
  const { bits, FVU } = atEqualBits(recipes);
  assertEquals(bits, 250);
  assertAlmostEquals(FVU.topk, 0.2, 1e-12); // three quarters of the way from 0.5 to 0.1
  assertAlmostEquals(FVU.l1, 0.375, 1e-12); // an eighth of the way from 0.4 to 0.2
  assertAlmostEquals(atEqualBits(recipes, { bits: 200 }).FVU.l1, 0.4, 1e-12);
  assertAlmostEquals(atEqualBits(recipes, { bits: 300 }).FVU.topk, 0.1, 1e-12);
});

Deno.test("atEqualBits() refuses to extrapolate", () => {
  const says = "topk 100 to 300, l1 200 to 600";
  assertThrows(() => atEqualBits(recipes, { bits: 500 }), RangeError, says);
  const apart = { a: [{ bits: 1, FVU: 0.5 }], b: [{ bits: 2, FVU: 0.5 }] };
  assertEquals(commonBits(apart), undefined);
  assertThrows(() => atEqualBits(apart), RangeError, "both sides of one number of bits");
});
