import { assert, assertEquals } from "@std/assert";
import { column, multiply, svd, transpose } from "../../lib/numerics/linear_algebra.ts";
import { stream } from "../../lib/numerics/random.ts";
import { topEigenvectors } from "../../lib/numerics/top_eigenvectors.ts";

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * b[i], 0);

Deno.test("topEigenvectors() finds what a singular value decomposition finds", () => {
  const random = stream(0, "matrix"), rows = 120, cols = 80;
  const data = Float64Array.from({ length: rows * cols }, () => random.normal());
  const a = { rows, cols, data }, whole = svd(a);
  const found = topEigenvectors(multiply(transpose(a), a), {
    n: 5,
    random: random.stream("start"),
  });
  for (let i = 0; i < 5; i++) {
    assert(Math.abs(Math.sqrt(found.values[i]) / whole.S[i] - 1) < 1e-9, `value ${i}`);
    assert(Math.abs(dot(found.vectors[i], column(whole.V, i))) > 1 - 1e-6, `vector ${i}`);
  }
});

Deno.test("topEigenvectors() gives as many as the rank is, and none of a matrix of zeros", () => {
  const u = [1, 2, 3], data = Float64Array.from(u.flatMap((x) => u.map((y) => x * y)));
  const { values, vectors } = topEigenvectors({ rows: 3, cols: 3, data }, {
    n: 2,
    random: stream(0, "s"),
  });
  assertEquals([values.length, Math.round(values[0])], [1, 14]);
  assert(Math.abs(Math.abs(vectors[0][2]) - 3 / Math.sqrt(14)) < 1e-12);
  const zeros = { rows: 3, cols: 3, data: new Float64Array(9) };
  assertEquals(topEigenvectors(zeros, { n: 2, random: stream(0, "s") }).vectors, []);
});
