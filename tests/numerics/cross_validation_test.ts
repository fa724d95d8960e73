import { assert, assertEquals, assertThrows } from "@std/assert";
import { crossValidatedR2, foldOf } from "../../lib/numerics/cross_validation.ts";
import { stream } from "../../lib/numerics/random.ts";

const random = stream(0, "test");
const n = 500;
const [x, noise, other] = [0, 1, 2].map(() => Array.from(random.normals(n)));

Deno.test("crossValidatedR2() finds the planted share of the variance, and no more with a useless column", () => {
  const y = x.map((v, i) => v + noise[i]); // half of the variance
  const [[half], [still], [none]] = [[x], [x, other], [other]].map((columns) =>
    crossValidatedR2([y], columns, { seed: 0 })
  );
  assert(Math.abs(half - 0.5) < 0.07, `${half}`);
  assert(still < half + 0.005, `${still}`);
  assert(none < 0.01, `${none}`);
});

Deno.test("crossValidatedR2() does not reward more columns than the rows can bear", () => {
  const y = noise.slice(0, 40);
  const columns = Array.from({ length: 20 }, () => Array.from(random.normals(40)));
  assert(crossValidatedR2([y], columns, { seed: 0 })[0] < 0); // fitted to all rows it would be 0.5
});

Deno.test("crossValidatedR2() gives each target its own value, whatever stands beside it", () => {
  const both = crossValidatedR2([x, noise], [x], { seed: 0 });
  assert(both[0] > 0.999999 && both[1] < 0.01);
  assertEquals(crossValidatedR2([noise], [x], { seed: 0 }), both.slice(1));
});

Deno.test("foldOf() cuts evenly, and refuses more folds than rows", () => {
  const fold = foldOf(23, { seed: 0, folds: 5 });
  const sizes = [0, 1, 2, 3, 4].map((f) => fold.filter((at) => at === f).length);
  assertEquals(sizes.sort(), [4, 4, 5, 5, 5]);
  assertThrows(() => foldOf(3, { seed: 0 }), RangeError, "at least 10 rows but found 3");
  assertThrows(() => crossValidatedR2([x], [x.slice(1)], { seed: 0 }), RangeError, "500 rows");
});
