// Numbers of the worked example W1 (tiny_models.ts), which two separate numpy prototypes computed.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { bruteForceTiny } from "../../../lib/proofs/theorems/brute_force.ts";
import { maxOfKLogits } from "../../reference/max_of_k.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { tinyModel, W1, W7 } from "../tiny_models.ts";

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

Deno.test("bruteForceTiny() finds 58 of 64 right in W1 and 6 of 16 in W7", () => {
  const w1 = bruteForceTiny(makeTables(W1));
  assertEquals([w1.count, w1.sequences, w1.undecided], [58, 64, 0]);
  // Wrong: (0,2,3) (1,2,3) (2,2,3) with q = m = 3; (2,3,1) (3,2,1) with q = 1; (3,2,0) with q = 0.
  assertEquals([w1.right[3 * 4 + 3], w1.right[1 * 4 + 3], w1.right[0 * 4 + 3]], [13, 5, 6]);
  const w7 = bruteForceTiny(makeTables(W7));
  assertEquals(w7.count, 6);
});

Deno.test("bruteForceTiny() counts a tie as wrong", () => {
  const model = { ...W1, W_U: new Float32Array(12) };
  assertEquals(bruteForceTiny(makeTables(model)).count, 0);
});

Deno.test("bruteForceTiny() agrees with float64 logits wherever those are clear", () => {
  fc.assert(
    fc.property(tinyModel, (model) => {
      const { d_vocab: v, n_ctx: K } = model.config;
      fc.pre(v ** K <= 81);
      const counts = new Float64Array(v * v);
      let unclear = false;
      for (let n = 0; n < v ** K; n++) {
        const tokens = Array.from({ length: K }, (_, i) => Math.floor(n / v ** i) % v);
        const logits = maxOfKLogits(model, tokens), m = Math.max(...tokens);
        const others = [...logits].filter((_, x) => x !== m);
        const size = Math.max(...logits.map(Math.abs));
        const margin = logits[m] - Math.max(...others);
        if (!(Math.abs(margin) > 1e-6 * size)) unclear = true;
        if (margin > 0) counts[tokens[K - 1] * v + m]++;
      }
      if (!unclear) assertEquals(bruteForceTiny(makeTables(model)).right, counts);
    }),
    { numRuns: 300, seed: 1 },
  );
});
