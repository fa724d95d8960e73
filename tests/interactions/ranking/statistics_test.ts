import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { gatherPairs, placesIn, unionOfPairs } from "../../../lib/interactions/ranking/gather.ts";
import { pairStatistics } from "../../../lib/interactions/ranking/statistics.ts";
import { stream } from "../../../lib/numerics/random.ts";

const list = (d_sae: number, ...pairs: [number, number][]) => ({
  d_sae,
  i: Uint32Array.from(pairs, ([i]) => i),
  j: Uint32Array.from(pairs, ([, j]) => j),
});

Deno.test("pairStatistics() divides by all tokens and by co-active tokens, signs kept", () => {
  const instances = {
    pairs: list(5, [0, 1], [0, 4], [2, 3]),
    pair: Uint32Array.of(2, 0, 2, 2, 0),
  };
  const { count, S_mean, S_co, S_q99, S_max } = pairStatistics([-4, 1, 1, 1, 2], instances, {
    tokens: 10,
  });
  assertEquals([...count], [2, 0, 3]);
  assertEquals([...S_mean], [0.3, 0, -0.2]);
  assertEquals([...S_co], [1.5, 0, -2 / 3]);
  assertAlmostEquals(S_q99[0], 1.99, 1e-12); // between the two largest sizes, as numpy's default
  assertAlmostEquals(S_q99[2], 1 + 0.98 * 3, 1e-12);
  assertEquals([...S_max], [2, 0, 4]);
});

Deno.test("pairStatistics() refuses values that are not one an instance, or not finite", () => {
  const instances = { pairs: list(2, [0, 1]), pair: Uint32Array.of(0) };
  const take = (values: number[], tokens = 1) => () =>
    pairStatistics(values, instances, { tokens });
  assertThrows(take([1, 2]), RangeError, "expected 1 values, one an instance, but found 2");
  assertThrows(take([NaN]), RangeError, "found NaN");
  assertThrows(take([1], 0), RangeError, "tokens");
});

Deno.test("gatherPairs() of parts is pairStatistics() of the whole", () => {
  const random = stream(0, "parts");
  const whole = list(9, [0, 3], [0, 8], [1, 2], [3, 4], [7, 8]);
  const own = [[0, 2, 4], [1, 2, 3], [0, 1, 2, 3, 4]]; // the pairs that each part met
  const parts = own.map((places) => {
    const pair = Uint32Array.from({ length: 40 }, () => random.int(places.length));
    const scores = { a: random.normals(40), b: random.normals(40) };
    const pairs = list(9, ...places.map((p): [number, number] => [whole.i[p], whole.j[p]]));
    return { instances: { pairs, pair }, scores, tokens: 50 };
  });
  const gathered = gatherPairs(parts, ["a", "b"]);
  const pair = Uint32Array.from(
    parts.flatMap(({ instances }, part) => [...instances.pair].map((p) => own[part][p])),
  );
  assertEquals(gathered.pairs, whole);
  assertEquals(gathered.tokens, 150);
  for (const name of ["a", "b"] as const) {
    const values = parts.flatMap(({ scores }) => [...scores[name]]);
    const expected = pairStatistics(values, { pairs: whole, pair }, { tokens: 150 });
    assertEquals(gathered.statistics[name], expected);
  }
});

Deno.test("unionOfPairs() sorts by i, then j, and refuses unlike dictionaries", () => {
  // with j up to 99,999 a key passes 32 bits
  const union = unionOfPairs([
    list(100_000, [7, 9], [70_000, 99_999]),
    list(100_000, [7, 8], [7, 9]),
  ]);
  assertEquals(union, list(100_000, [7, 8], [7, 9], [70_000, 99_999]));
  assertEquals([...placesIn(list(100_000, [0, 1], [7, 9]), union)], [-1, 1]);
  assertThrows(() => unionOfPairs([list(3, [0, 1]), list(4, [0, 1])]), RangeError, "3, 4");
  assertThrows(() => unionOfPairs([]), RangeError, "of none");
});
