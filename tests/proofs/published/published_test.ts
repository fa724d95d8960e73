import { assert, assertEquals } from "@std/assert";
import { initialModel } from "../../../lib/proofs/gpu/train.ts";
import { makeProver, proveBound } from "../../../lib/proofs/prove.ts";
import { publishedCases } from "../../../lib/proofs/published/cases.ts";
import { runPublished, searchPublished } from "../../../lib/proofs/published/published.ts";
import { preparePublished } from "../../../lib/proofs/published/tables.ts";
import { ATTENTION_ERRORS } from "../../../lib/proofs/subcubic/attention_error.ts";
import { ATTENTION_HANDLINGS } from "../../../lib/proofs/subcubic/concentration.ts";
import { findDirections, plainFactors } from "../../../lib/proofs/tables/directions.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { W1, W7 } from "../tiny_models.ts";

const w7 = makeProver(W7);

const tiny = (K: number) => ({ d_vocab: 6, d_model: 8, d_head: 8, n_ctx: K });

Deno.test("a published strategy exceeds the truth of W7, no sound one does", () => {
  const count = (name: string) => Number(proveBound(w7, name, { G: 4096 }).certified);
  const rest = "exact_EQKE+max_diff_exact/mean_query+diff/mean_query+max_diff";
  assertEquals([count(`published/${rest}`), count(`sound/${rest}`), count("brute-force")], [
    7,
    6,
    6,
  ]);
  assertEquals(count(`published/${rest.replace("mean_query+diff", ATTENTION_HANDLINGS[1])}`), 5);
  for (const attention of ATTENTION_ERRORS) {
    assertEquals(count(`published/${attention}/mean_query+diff/mean_query+max_diff`), 7);
    assertEquals(count(`sound/${attention}/mean_query+diff/mean_query+max_diff`), 6);
  }
  assertEquals(["cubic", "N1", "N1n", "N2", "N3", "N3n", "N4", "N5"].map(count), Array(8).fill(6));
});

Deno.test("publishedCases() adds up to what runPublished() counts", () => {
  for (const model of [W1, W7, initialModel(tiny(4), 3)]) {
    const tables = makeTables(model), directions = findDirections(plainFactors(model));
    for (const attention of ["exact_EQKE+max_diff_exact", "max_diff"] as const) {
      for (
        const handling of [
          "mean_query+diff",
          "drop_average_query_per_output_logit_reasoning",
        ] as const
      ) {
        const parts = { attention, handling, direct: "mean_query+max_diff" } as const;
        const published = preparePublished(tables, parts, directions);
        const gaps = searchPublished(published);
        const { byPair } = runPublished(published, gaps);
        const { v, K } = tables;
        const certified = new Array<bigint>(v * v).fill(0n);
        for (const { q, m, n, g, value } of publishedCases(published, gaps)) {
          if (!(value < 0)) continue;
          const free = q < m ? n - 1 : n;
          certified[q * v + m] += BigInt(choose(K - 1, free) * (m - g) ** free);
        }
        const pure = byPair.map((count, at) => count - certified[at]);
        // What is left are the cases with no other token: one sequence a maximum.
        assert(pure.every((n, at) => n === 0n || (n === 1n && at % (v + 1) === 0)), `${pure}`);
      }
    }
  }
});

function choose(n: number, k: number): number {
  return k === 0 ? 1 : choose(n - 1, k - 1) * n / k;
}
