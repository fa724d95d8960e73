// Expected numbers: worked examples of the compact proofs, which two separate numpy prototypes computed. W1 and W7 are the
// models of tiny_models.ts.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { makeProver, proveBound, searchStrategy } from "../../../lib/proofs/prove.ts";
import { ATTENTION_ERRORS } from "../../../lib/proofs/subcubic/attention_error.ts";
import { ATTENTION_HANDLINGS } from "../../../lib/proofs/subcubic/concentration.ts";
import { DIRECT_PATHS } from "../../../lib/proofs/subcubic/direct_path.ts";
import type { Gaps } from "../../../lib/proofs/subcubic/gaps.ts";
import type { SubcubicParts } from "../../../lib/proofs/subcubic/parts.ts";
import { prepareSubcubic } from "../../../lib/proofs/subcubic/subcubic.ts";
import { W1 } from "../tiny_models.ts";

const w1 = makeProver(W1);
const certified = (name: string, G = 4096) => Number(proveBound(w1, name, { G }).certified);

const same = (rows: number) => Array.from({ length: rows }, () => "as exact");
// Columns of direct paths in the order of DIRECT_PATHS: mean_query+diff, then drop_average; N6 with L0 = 0.
const TABLE: Record<string, { published: string[]; sound: string[]; N6: number[] }> = {
  "exact": {
    published: ["14 17 13 19 13", "4 12 9 12 9"],
    sound: ["26 35 30 38 34", "6 20 13 20 22"],
    N6: [40],
  },
  "recursive": { published: ["14 17 13 19 13", "4 12 8 12 9"], sound: same(2), N6: [40] },
  "max_diff_exact": {
    published: ["7 15 13 17 9", "2 7 4 8 7"],
    sound: ["20 34 24 34 34", "5 10 5 10 14"],
    N6: [38],
  },
  "max_diff": {
    published: ["6 12 10 10 7", "2 5 4 5 6"],
    sound: ["12 23 16 27 30", "3 6 5 10 10"],
    N6: [35],
  },
  "mean+max_diff": {
    published: ["6 10 10 10 7", "2 5 4 7 6"],
    sound: ["12 23 16 27 28", "3 8 5 10 10"],
    N6: [35],
  },
  "svd": {
    published: ["6 10 8 10 6", "2 5 3 5 6"],
    sound: ["11 18 10 24 19", "2 5 3 6 9"],
    N6: [31],
  },
};

for (const attention of ATTENTION_ERRORS) {
  Deno.test(`the subcubic strategies of ${attention} certify W1 as worked out`, () => {
    const row = attention in TABLE
      ? attention
      : attention.includes("recursive")
      ? "recursive"
      : "exact";
    for (const variant of ["published", "sound"] as const) {
      ATTENTION_HANDLINGS.forEach((handling, n) => {
        const counts = DIRECT_PATHS.map((direct) =>
          certified(`${variant}/${attention}/${handling}/${direct}`)
        );
        const expected = TABLE[row][variant][n];
        assertEquals(
          counts.join(" "),
          expected === "as exact" ? TABLE.exact[variant][n] : expected,
        );
      });
    }
    assertEquals(certified(`N6/${attention}/mean_query+diff/max_diff_exact`), TABLE[row].N6[0]);
  });
}

Deno.test("prepareSubcubic() gives the case values of W1", () => {
  const { tables, directions } = w1;
  const value = (sharper: boolean, at: [number, number, number, number]) => {
    const parts: SubcubicParts = {
      attention: "exact_EQKE+max_diff_exact",
      handling: "mean_query+diff",
      direct: "max_diff_exact",
      sharper,
    };
    return prepareSubcubic(tables, parts, directions).value(...at);
  };
  const cases: [boolean, [number, number, number, number], number][] = [
    [false, [0, 3, 2, 2], -4.285489],
    [false, [1, 3, 2, 2], -2.140670],
    [false, [3, 3, 2, 3], -.931941],
    [false, [2, 2, 2, 1], -4.985398],
    [true, [3, 3, 1, 1], -5.410500],
    [true, [3, 3, 2, 2], -11.527071],
  ];
  for (const [sharper, at, expected] of cases) {
    assertAlmostEquals(value(sharper, at), expected, 1e-6);
  }
});

Deno.test("searchStrategy() finds the gaps of W1", () => {
  const name = "sound/exact_EQKE+max_diff_exact/mean_query+diff/max_diff_exact";
  const gaps = searchStrategy(w1, name).found as Gaps;
  const gap = (q: number, m: number, n: number) => gaps[(q * 4 + m) * 3 + n];
  assertEquals([gap(0, 2, 1), gap(0, 3, 1), gap(1, 3, 2), gap(3, 3, 1), gap(3, 3, 2)], [
    1,
    2,
    2,
    2,
    3,
  ]);
});
