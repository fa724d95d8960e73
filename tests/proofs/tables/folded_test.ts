// Numbers of the worked example W1 (tiny_models.ts), which two separate numpy prototypes computed.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { W1 } from "../tiny_models.ts";
import { maxOfKLogits } from "../../reference/max_of_k.ts";

const scaled = ({ values, exponent }: { values: bigint[]; exponent: number }, by: number) =>
  values.map((n) => Number(n) * 2 ** exponent * by);

Deno.test("makeTables() gives the exact tables of W1", () => {
  const { exact } = makeTables(W1);
  assertEquals(scaled(exact.EQK, 256), [
    ...[-797, -674, 768, 698, -810, -668, 816, 756],
    ...[-830, -855, 582, 1172, -1070, -1215, 542, 1432],
  ]);
  assertEquals(scaled(exact.EQP, 256), [
    114,
    185,
    -408,
    36,
    66,
    -232,
    24,
    -82,
    -35,
    344,
    338,
    -715,
  ]);
  assertEquals(scaled(exact.EVOU, 256), [
    ...[1958, 804, -2290, -38, -2336, 3031, 2696, -4757],
    ...[-8120, 2794, 9440, -7214, 5180, -5636, -6000, 9276],
  ]);
  assertEquals(scaled(exact.PVOU, 256), [
    ...[1684, -452, -1948, 1312, -134, 1008, 166, -1330, 84, -1097, -116, 1439],
  ]);
  assertEquals(scaled(exact.EU, 16), [
    ...[-13, 30, -9, 25, -34, 44, 14, 2, -75, 28, 64, -4, -25, -22, 4, 86],
  ]);
});

Deno.test("maxOfKLogits() gives the logits of W1", () => {
  const cases: [number[], number[]][] = [
    [[0, 1, 2], [-32.1314263613, 8.4945105269, 35.8388335201, -21.1280981891]],
    [[1, 3, 0], [17.47953897, -14.37555193, -21.7151171369, 29.7318453683]],
  ];
  for (const [tokens, expected] of cases) {
    maxOfKLogits(W1, tokens).forEach((x, i) => assertAlmostEquals(x, expected[i], 1e-9));
  }
});
