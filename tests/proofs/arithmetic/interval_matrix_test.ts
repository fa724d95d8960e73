import { assert, assertAlmostEquals } from "@std/assert";
import fc from "fast-check";
import { multiplyDyadic, toDyadic, toEnclosure } from "../../../lib/proofs/arithmetic/dyadic.ts";
import {
  absTimesVector,
  ends,
  multiplyIntervals,
  pointMatrix,
  rowRanges,
} from "../../../lib/proofs/arithmetic/interval_matrix.ts";

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

Deno.test("rowRanges() and absTimesVector() give W5's row differences", () => {
  const A = pointMatrix([1, -2, 2, -1], 2, 2), B = pointMatrix([3, 1, 0, 4], 2, 2);
  const close = (found: Float64Array, expected: number[]) =>
    found.forEach((x, i) => assertAlmostEquals(x, expected[i], 1e-9));
  close(multiplyIntervals(A, B).mid, [3, -7, 6, -2]);
  close(rowRanges(multiplyIntervals(A, B)), [10, 8]);
  close(absTimesVector(A, rowRanges(B)), [10, 8]);
  const mean = pointMatrix([1.5, -1.5], 1, 2);
  close(rowRanges(multiplyIntervals(mean, B)), [9]);
  close(absTimesVector(pointMatrix([-.5, -.5, .5, .5], 2, 2), rowRanges(B)), [3, 3]);
});
