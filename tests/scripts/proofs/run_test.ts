import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openGpu } from "../../../lib/gpu/open.ts";
import { readJson } from "../../../lib/io/files.ts";
import { bruteForceTiny } from "../../../lib/proofs/theorems/brute_force.ts";
import { findDirections, plainFactors } from "../../../lib/proofs/tables/directions.ts";
import { initialModel, trainMaxOfK } from "../../../lib/proofs/gpu/train.ts";
import { loadMaxOfK } from "../../../lib/proofs/max_of_k.ts";
import { runPublished, searchPublished } from "../../../lib/proofs/published/published.ts";
import { preparePublished } from "../../../lib/proofs/published/tables.ts";
import { ablate, ABLATED, subsetOf } from "../../../lib/proofs/analysis/ablations.ts";
import { auditPublished } from "../../../lib/proofs/published/audit.ts";
import { countMargins, forwardError } from "../../../lib/proofs/analysis/margins.ts";
import { runProofs, type Trainer } from "../../../lib/proofs/run/pipeline.ts";
import { plainModel, rightAnswers } from "../../../lib/proofs/analysis/plain_model.ts";
import { proofsSettings } from "../../../lib/proofs/run/presets.ts";
import { publishedCases } from "../../../lib/proofs/published/cases.ts";
import { importanceSample, monteCarlo } from "../../../lib/proofs/analysis/sampling.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { W1, W7 } from "../../proofs/tiny_models.ts";

const tiny = (K: number) => ({ d_vocab: 6, d_model: 8, d_head: 8, n_ctx: K });

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

Deno.test("auditPublished() finds the two unjustified cases of W7, and none without the mean attention", () => {
  const audit = (handling: "mean_query+diff" | "drop_average_query_per_output_logit_reasoning") => {
    const directions = findDirections(plainFactors(W7));
    const parts = {
      attention: "exact_EQKE+max_diff_exact",
      handling,
      direct: "mean_query+max_diff",
    } as const;
    const published = preparePublished(makeTables(W7), parts, directions);
    return auditPublished(published, searchPublished(published));
  };
  const { unjustified, unjustifiedSequences, worst } = audit("mean_query+diff");
  assertEquals([unjustified, unjustifiedSequences], [2, "2"]); // (0,3,1) and (1,3,1) at g = 1
  assertAlmostEquals(worst, 0.5, 1e-9); // -.25 published, +.25 true
  assertEquals(audit("drop_average_query_per_output_logit_reasoning").unjustified, 0);
});

Deno.test("rightAnswers(), importanceSample() and ablate() agree with enumeration", () => {
  const tables = makeTables(W1), plain = plainModel(tables), isRight = rightAnswers(plain);
  const wrong = [];
  for (let n = 0; n < 64; n++) {
    const tokens = [n >> 4, (n >> 2) & 3, n & 3];
    if (!isRight(tokens)) wrong.push(tokens.join(""));
  }
  assertEquals(wrong, ["023", "123", "223", "231", "320", "321"]);
  const truth = bruteForceTiny(tables).count / 64; // 58 of 64
  const many = importanceSample(plain, 4000, stream(0, "a"));
  assert(Math.abs(many.value - truth) < 4 * many.standardError, `${many.value}`);
  assert(many.standardError < 0.003, `${many.standardError}`);
  const estimate = monteCarlo(plain, 40_000, stream(0, "b"));
  assert(Math.abs(estimate.value - truth) < 4 * estimate.standardError, `${estimate.value}`);
  const right = ablate(tables, 20_000, stream(0, "c"));
  assert(Math.abs(right[0] / 20_000 - truth) < 0.01, `${right[0]}`);
  assertEquals(right[subsetOf(["EU", "EVOU", "PVOU"])], 0); // all logits are 0: ties
  assertEquals(right.length, 2 ** ABLATED.length);
});

Deno.test("importanceSample() is unbiased where the published weights are not", () => {
  const plain = plainModel(makeTables(W1));
  const truth = 58 / 64;
  let own = 0, published = 0;
  for (let seed = 0; seed < 400; seed++) {
    const sample = importanceSample(plain, 2, stream(seed, "few"));
    own += sample.value / 400;
    published += sample.published / 400;
  }
  assertAlmostEquals(own, truth, 0.002);
  assert(Math.abs(published - truth) > Math.abs(own - truth));
});

Deno.test("countMargins() enumerates: the smallest margin of W1 is the one of the worked example", () => {
  const { smallest, counts, thresholds } = countMargins(W1, plainModel(makeTables(W1)));
  assertAlmostEquals(smallest, 1.5982592300, 1e-9); // at (2,1,3), by two numpy prototypes
  assertEquals(counts, thresholds.map(() => 0));
  assert(forwardError(W1, 2 ** -24) > forwardError(W1, 2 ** -53) * 2 ** 28);
});

Deno.test("proofsSettings(): every preset has K = 4 and larger K, and smoke has the fewest models", () => {
  const counts = (["smoke", "small", "paper"] as const).map((preset) => {
    const { families } = proofsSettings(preset);
    assert(families.some(({ K }) => K === 4) && families.some(({ K }) => K > 4));
    return families.reduce((sum, { seeds }) => sum + seeds, 0);
  });
  assertEquals(counts.toSorted((a, b) => a - b), counts);
  assertEquals(counts[2], 5 * 151);
});

Deno.test("runProofs() goes on after a stop and ends with the bytes of an undisturbed run", async () => {
  const base = await Deno.makeTempDir();
  try {
    using gpu = await openGpu();
    const settings = {
      ...proofsSettings("smoke"),
      families: [{ K: 4, v: 5, seeds: 1 }, { K: 5, v: 4, seeds: 1 }],
      monteCarlo: 100,
      ablations: 50,
    };
    let calls = 0;
    const train: Trainer = async (config, { seeds, onLog }) => {
      if (++calls === 2) throw new Error("stopped");
      return await trainMaxOfK(gpu, config, { seeds, steps: 120, lr: 1e-2, onLog });
    };
    const task = (folder: string, cache: string) => ({
      ...{ settings, preset: "smoke", seed: 1, train },
      ...{ folder: join(base, folder), cacheDir: join(base, cache) },
    });
    await assertRejects(() => runProofs(gpu, task("a", "cache")), Error, "stopped");
    await runProofs(gpu, task("a", "cache"));
    assertEquals(calls, 3); // the first family was not trained again
    await runProofs(gpu, task("b", "other-cache"));
    const bytes = (folder: string) => Deno.readFile(join(base, folder, "proofs", "results.json"));
    assertEquals(await bytes("a"), await bytes("b"));
    const { models } = await readJson(join(base, "a", "proofs", "results.json"));
    assertEquals(models.map(({ id }: { id: string }) => id), ["K4-v5-seed1000", "K5-v4-seed1000"]);
    for (const { id, rows, accuracy } of models) {
      const model = await loadMaxOfK(join(base, "a", "proofs", "models", id, "model.safetensors"));
      assertEquals(bruteForceTiny(makeTables(model)).count, accuracy.right);
      for (const { strategy, bound } of rows) {
        if (strategy.startsWith("published/")) continue;
        assert(bound <= accuracy.value, `${id} ${strategy}: ${bound} > ${accuracy.value}`);
      }
    }
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});
