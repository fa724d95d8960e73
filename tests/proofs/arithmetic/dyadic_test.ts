import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { multiplyDyadic, toDyadic, toEnclosure } from "../../../lib/proofs/arithmetic/dyadic.ts";
import { scaleByPower } from "../../../lib/proofs/arithmetic/interval.ts";

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
