// Crosscoders of unlike recipes, settings and seeds on one feed, beside the same ones trained alone.
import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";
import { createPoolFeed } from "../../lib/crosscoder/harvest/feed.ts";
import { initialise } from "../../lib/crosscoder/initialise.ts";
import { type RecipeName, RECIPES } from "../../lib/crosscoder/recipes.ts";
import { type CoderRun, trainCrosscoder, trainCrosscoders } from "../../lib/crosscoder/train.ts";
import { stream } from "../../lib/numerics/random.ts";
import type { CheckpointOptions } from "../../lib/tensor/run_training.ts";
import { tinyModel, tinySequences } from "../model/tiny_model.ts";
import { devices } from "../tensor/gpu_util.ts";
import { memoryCheckpoint } from "../tensor/memory_checkpoint.ts";

const { gpu } = devices[0];
const models = { model: tinyModel(gpu) };
const sites = ["blocks.0.hook_resid_post", "blocks.1.hook_resid_post"];
const STEPS = 90;

function makeFeed() {
  const options = { sites, batch: 16, poolSequences: 3, random: stream(0, "feed") };
  return createPoolFeed({ models, sequences: tinySequences(8) }, options);
}

/** A fresh crosscoder of a recipe, and how it is to be trained. */
async function run(
  recipe: RecipeName,
  { seed, ...own }: { seed: number; lambda_S?: number; k?: number },
): Promise<CoderRun> {
  const given: CoderRun["settings"] = RECIPES[recipe].settings;
  const settings = { ...given, steps: STEPS, batch: 16, dead_tokens: 500, ...own };
  if (!("dead_tokens" in given)) delete (settings as { dead_tokens?: number }).dead_tokens;
  const kinds = {
    anthropic_jan25: { kind: "jumprelu" },
    batchtopk: { kind: "batchtopk", k: settings.k! },
    l1: { kind: "relu" },
  } as const;
  const activation = kinds[recipe as keyof typeof kinds];
  const config = coderConfig({ sites, d_in: 8, d_sae: 20, recipe, activation, scale: [2, 3] });
  const feed = makeFeed(), random = stream(seed, "weights");
  const initial = await initialise(gpu, config, { pool: feed.pool, random });
  return { initial, name: `${recipe} ${seed}`, settings };
}

const RUNS = await Promise.all([
  run("anthropic_jan25", { seed: 0 }),
  run("anthropic_jan25", { seed: 1, lambda_S: 0.02 }),
  run("batchtopk", { seed: 0, k: 3 }),
  run("l1", { seed: 0 }),
]);

/** Each alone on a feed of its own. */
async function alone() {
  const trained = [];
  for (const { initial, ...options } of RUNS) {
    trained.push(await trainCrosscoder(gpu, initial, { ...options, feed: makeFeed() }));
  }
  return trained;
}

const together = (options: CheckpointOptions = {}, runs: readonly CoderRun[] = RUNS) =>
  trainCrosscoders(gpu, runs, { ...options, feed: makeFeed() });

const TOGETHER = await together();

Deno.test("trainCrosscoders() ends each crosscoder with the bits that it has when trained alone", async () => {
  const expected = await alone();
  for (const [r, coder] of TOGETHER.entries()) assertEquals(coder, expected[r], RUNS[r].name);
  assertNotEquals(TOGETHER[1].arrays.W_dec, TOGETHER[0].arrays.W_dec);
});

Deno.test("trainCrosscoders() killed in the midst goes on to the same bits, optimiser, thresholds and dead counts with it", async () => {
  const { checkpoint, kept } = memoryCheckpoint();
  const checkpoints = { checkpoint, checkpointSeconds: 0, every: 64 };
  const killing = RUNS.map((run) => ({
    ...run,
    onLog: ([{ step }]: { step: number }[]) => {
      if (step > 64) throw new Error("killed");
    },
  }));
  await assertRejects(() => together(checkpoints, killing), Error, "killed");
  assertEquals(kept.writes, 1, "after 64 steps");
  assertEquals(await together(checkpoints), TOGETHER);
});

Deno.test("trainCrosscoders() refuses runs of unlike lengths, and a misspelt setting by name", async () => {
  const [first, second] = RUNS;
  const longer = { ...second, settings: { ...second.settings, steps: 200 } };
  await assertRejects(() => together({}, [first, longer]), RangeError, "found 90, 200");
  const misspelt = { ...second, settings: { ...second.settings, lambdaS: 1 } };
  await assertRejects(() => together({}, [misspelt]), RangeError, 'found "lambdaS"');
});
