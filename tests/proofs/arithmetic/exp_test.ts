import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { expContext, expInterval, integerSqrt } from "../../../lib/proofs/arithmetic/exp.ts";

Deno.test("expInterval() encloses e, e^-10 and e^(1/sqrt 2) within 4e-15", () => {
  const cases: [bigint, number, number, number][] = [
    [1n, 0, 1, 2.718281828459045],
    [-10n, 0, 1, 0.00004539992976248485],
    [1n, -1, 1, 1.6487212707001282],
    [1n, 0, 2, 2.0281149816474725],
    [-3n, -2, 32, 0.8758306562886102],
    [-689n, 0, 1, 5.903396706470843e-300],
  ];
  for (const [value, exponent, d_head, expected] of cases) {
    const [lo, hi] = expInterval(value, exponent, expContext(d_head));
    assert(lo <= expected && expected <= hi && hi / lo - 1 < 4e-15, `${lo} ${expected} ${hi}`);
  }
});

Deno.test("expInterval() agrees with more bits and with Math.exp", () => {
  const few = expContext(32), many = expContext(32, 400);
  fc.assert(fc.property(fc.bigInt({ min: -(1n << 70n), max: 1n << 70n }), (value) => {
    const [lo, hi] = expInterval(value, -62, few), [lo2, hi2] = expInterval(value, -62, many);
    assert(lo <= hi2 && lo2 <= hi);
    const plain = Math.exp(Number(value) / 2 ** 62 / Math.sqrt(32));
    assertAlmostEquals(lo / plain, 1, 1e-12);
  }));
});

Deno.test("expInterval() gives [1, 1] at 0, [0, 1e-300] far below and infinity far above", () => {
  const context = expContext(4);
  assertEquals(expInterval(0n, 5, context), [1, 1]);
  assertEquals(expInterval(-5000n, 0, context), [0, 1e-300]);
  assertEquals(expInterval(5000n, 0, context)[1], Infinity);
});

Deno.test("integerSqrt() is the floor of the root", () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 1n << 300n }), (n) => {
    const root = integerSqrt(n);
    assert(root * root <= n && n < (root + 1n) * (root + 1n));
  }));
});
