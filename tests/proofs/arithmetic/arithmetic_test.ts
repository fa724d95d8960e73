// Expected exponentials: Python 3 decimal, 60 digits, e.g. (Decimal(-3) / 4 / Decimal(32).sqrt()).exp().
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { multiplyDyadic, toDyadic, toEnclosure } from "../../../lib/proofs/arithmetic/dyadic.ts";
import { expContext, expInterval, integerSqrt } from "../../../lib/proofs/arithmetic/exp.ts";
import { down, scaleByPower, up } from "../../../lib/proofs/arithmetic/interval.ts";
import {
  ends,
  multiplyIntervals,
  pointMatrix,
} from "../../../lib/proofs/arithmetic/interval_matrix.ts";
import { signOfSum } from "../../../lib/proofs/arithmetic/sign.ts";

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

Deno.test("up() and down() step at least one double, also at 0 and among subnormals", () => {
  for (const x of [0, 1, -1, 5e-324, -5e-324, 2.2e-308, 1e300, 1 + 2 ** -52, 3]) {
    assert(up(x) > x && down(x) < x, String(x));
  }
});

Deno.test("multiplyDyadic() is exact and toEnclosure() holds the exact entry", () => {
  const number = fc.float({ noNaN: true, noDefaultInfinity: true });
  const four = fc.array(number, { minLength: 4, maxLength: 4 });
  fc.assert(fc.property(four, four, (a, b) => {
    const product = multiplyDyadic(
      toDyadic(Float32Array.from(a), 2, 2),
      toDyadic(Float32Array.from(b), 2, 2),
    );
    // a0 b0 and a1 b2 are exact in float64 (24 bits each); their sum is checked in BigInt.
    const exact = toDyadic(Float64Array.of(a[0] * b[0], a[1] * b[2]), 1, 2);
    const small = Math.min(product.exponent, exact.exponent);
    const left = product.values[0] << BigInt(product.exponent - small);
    const right = (exact.values[0] + exact.values[1]) << BigInt(exact.exponent - small);
    const tiny = [a[0] * b[0], a[1] * b[2]].some((x) => x !== 0 && Math.abs(x) < 1e-290);
    if (!tiny) assertEquals(left, right);
    const { lo, hi } = toEnclosure(product);
    const nearest = scaleByPower(Number(product.values[0]), product.exponent);
    assert(lo[0] <= nearest && nearest <= hi[0]);
  }));
});

Deno.test("multiplyIntervals() encloses the exact product of any members", () => {
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const six = fc.array(number, { minLength: 6, maxLength: 6 });
  fc.assert(fc.property(six, six, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, r) => {
    const wide = { rows: 2, cols: 3, mid: Float64Array.from(a), rad: new Float64Array(6).fill(r) };
    const { lo, hi } = ends(multiplyIntervals(wide, pointMatrix(b, 3, 2)));
    for (const shift of [-r, 0, r / 3, r]) {
      const member = toDyadic(Float64Array.from(a, (x, i) => i % 2 ? x - shift : x), 2, 3);
      const inside = wide.mid.every((mid, i) =>
        Math.abs(mid - (i % 2 ? a[i] - shift : a[i])) <= wide.rad[i]
      );
      if (!inside) continue;
      const exact = toEnclosure(multiplyDyadic(member, toDyadic(Float64Array.from(b), 3, 2)));
      exact.lo.forEach((low, i) => assert(lo[i] <= exact.hi[i] && low <= hi[i]));
    }
  }));
});

Deno.test("signOfSum() decides what float64 cannot, and finds exact ties", () => {
  const at = { exponent: -2, d_head: 2 };
  // e^(1/4 / sqrt 2) 2^60 = 1375855686481647222.6...: float64 cannot tell it from its neighbours.
  const one = { coefficient: 1n << 60n, score: 1n };
  const less = (coefficient: bigint) => [one, { coefficient: -coefficient, score: 0n }];
  assertEquals(signOfSum(less(1375855686481647222n), at), 1);
  assertEquals(signOfSum(less(1375855686481647223n), at), -1);
  assertEquals(signOfSum([{ coefficient: 5n, score: 3n }, { coefficient: -5n, score: 3n }], at), 0);
  const huge = 10n ** 400n;
  assertEquals(
    signOfSum([{ coefficient: -1n, score: huge }, { coefficient: huge, score: 0n }], at),
    -1,
  );
  assertEquals(signOfSum([{ coefficient: 1n, score: 1n }, { coefficient: -1n, score: 0n }], at), 1);
});
