// Every door by which sequences come in, and everything that has to be turned away at each of them.
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createHarvester, harvestBatch } from "../../lib/crosscoder/harvest/harvester.ts";
import { evaluateCoder } from "../../lib/crosscoder/evaluate.ts";
import { fitCrosscoder } from "../../lib/crosscoder/fit.ts";
import { topContexts } from "../../lib/crosscoder/latents.ts";
import { patchedLoss } from "../../lib/crosscoder/patched_loss.ts";
import { createPoolFeed } from "../../lib/crosscoder/harvest/feed.ts";
import { type Batch, recordBatch } from "../../lib/data/batches.ts";
import { checkSequences } from "../../lib/model/check_sequences.ts";
import { generate } from "../../lib/model/generate.ts";
import type { GptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { runWithCache, runWithHooks, type Tokens } from "../../lib/model/run_with_cache.ts";
import { languageModelLoss } from "../../lib/model/loss.ts";
import { trainLanguageModel } from "../../lib/model/train.ts";
import { stream } from "../../lib/numerics/random.ts";
import { devices } from "../tensor/gpu_util.ts";
import { SIZES, tinyModel, tinySequences } from "./tiny_model.ts";

const { gpu } = devices[0];
const model = tinyModel(gpu);
const good = tinySequences(4);
const sites = ["blocks.0.hook_resid_post"];
const coder = await fitCrosscoder(model, good, { sites, d_sae: 8, steps: 1, batch: 16 });
const instead = (place: number, sequence: unknown) =>
  good.map((tokens, i) => i === place ? sequence : tokens) as unknown as Tokens;

const DOORS: Record<string, (tokens: Tokens, model: GptNeo) => unknown> = {
  "runWithCache()": (tokens) => runWithCache(model, tokens, sites),
  "runWithHooks()": (tokens) => runWithHooks(model, tokens, {}),
  "generate()": (tokens) => generate(model, tokens, { maxNewTokens: 1 }),
  "fitCrosscoder()": (tokens) => fitCrosscoder(model, tokens, { sites, steps: 1, batch: 8 }),
  "createPoolFeed()": (sequences) =>
    createPoolFeed({ models: { model }, sequences }, {
      sites,
      batch: 8,
      poolSequences: 2,
      random: stream(0, "feed"),
    }),
  "harvestBatch()": (tokens) =>
    harvestBatch(createHarvester({ models: { model }, sites, pos: 12, batch: 4 }), tokens),
  "evaluateCoder()": (tokens) => evaluateCoder(model, coder, tokens),
  "topContexts()": (tokens) => topContexts(model, coder, tokens),
  "patchedLoss()": (tokens) => patchedLoss(model, coder, tokens),
};

const FAULTS: [fault: string, tokens: Tokens, says: string][] = [
  ["no sequence", [], "found none"],
  ["an empty sequence", instead(1, []), "found lengths 12,0"],
  ["ragged ones", instead(2, good[2].subarray(3)), "found lengths 12,9"],
  ["more tokens than n_ctx", tinySequences(2, 17), "found lengths 17"],
  ["an id beyond the vocabulary", instead(3, good[3].with(5, 20)), "id 20 at position 5 of seq"],
  ["a negative id", instead(0, [...good[0]].with(2, -1)), "id -1 at position 2 of sequence 0"],
  ["a fraction", instead(0, [...good[0]].with(2, 0.5)), "id 0.5 at position 2"],
  ["no number", instead(0, [...good[0]].with(2, NaN)), "id NaN at position 2"],
  ["a text", instead(0, "once upon a "), 'id "o" at position 0'],
  ["one flat list", good[0] as unknown as Tokens, "pass a list of lists"],
  ["a number as a sequence", instead(1, 3), "found 3 as one: pass a list of lists"],
];

for (const [door, enter] of Object.entries(DOORS)) {
  Deno.test(`${door} refuses whatever is no list of equally long sequences of its ids`, async () => {
    for (const [fault, tokens, says] of FAULTS) {
      if (door === "generate()" && fault === "ragged ones") continue; // prompts may differ in length
      const enterNow = async () => await enter(tokens, model);
      await assertRejects(enterNow, RangeError, says, `${door}: ${fault}`);
    }
  });
}

Deno.test("checkSequences() gives the length, of the longest one where they may differ", () => {
  assertEquals(checkSequences(SIZES, good, { action: "look" }), 12);
  assertEquals(checkSequences(SIZES, [[1], [2, 3]], { action: "look", ragged: true }), 2);
  assertThrows(
    () => checkSequences(SIZES, [[1, 2]], { action: "look", least: 3 }),
    RangeError,
    "Cannot look: expected equally long sequences of 3 to 16 ids",
  );
});

Deno.test("runWithCache() takes lists of numbers and typed arrays alike", async () => {
  const [first, second] = [good, good.map((tokens) => [...tokens])]
    .map((tokens) => runWithCache(model, tokens, []).logits);
  assertEquals(await first.read(), await second.read());
});

Deno.test("patchedLoss() refuses sequences of two tokens, of which none counts", async () => {
  await assertRejects(
    () => patchedLoss(model, coder, [Uint32Array.of(1, 2)]),
    RangeError,
    "neither the first nor the last token of a sequence counts",
  );
  const { original } = await patchedLoss(model, coder, [Uint32Array.of(1, 2, 3)]);
  assertEquals([Number.isFinite(original), original > 0], [true, true]);
});

const record = (length: number) => ({
  ids: tinySequences(1, length)[0],
  mask: new Uint8Array(length).fill(1),
  poisoned: false,
});
const settings = { steps: 1, batch: 2, sequenceLength: 8, lr: 1e-3 };
const fits = (): Batch => recordBatch([record(8), record(8)]);
const BATCHES: [fault: string, batch: Batch, says: string][] = [
  [
    "an id beyond the vocabulary",
    { ...fits(), ids: fits().ids.with(9, 20) },
    "id 20 at position 1",
  ],
  ["a target beyond it", { ...fits(), targets: fits().targets.with(3, 99) }, "with target 99"],
  ["a weight that is none", { ...fits(), weights: fits().weights.with(3, NaN) }, "weight NaN"],
  ["a negative weight", { ...fits(), weights: fits().weights.with(3, -1) }, "weight -1"],
  ["too few ids", { ...fits(), ids: fits().ids.subarray(1) }, "ids to be a Uint32Array of 16"],
];

Deno.test("languageModelLoss() and trainLanguageModel() refuse a batch that does not fit the model", async () => {
  for (const [fault, batch, says] of BATCHES) {
    await assertRejects(() => languageModelLoss(model, [batch]), RangeError, says, fault);
    const train = () => trainLanguageModel(model, [batch].values(), { name: "x", settings });
    await assertRejects(train, RangeError, says, fault);
  }
  const shorter = recordBatch([record(7), record(7)]);
  const train = (batches: Batch[], more = {}) =>
    trainLanguageModel(model, batches.values(), { name: "x", settings: { ...settings, ...more } });
  await assertRejects(() => train([shorter]), RangeError, "sequenceLength");
  await assertRejects(() => train([fits()], { steps: 2 }), Error, "expected 2 batches but found 1");
  await assertRejects(() => train([fits()], { sequenceLength: 17 }), RangeError, "from 1 to 16");
});

Deno.test("languageModelLoss() refuses batches in which nothing counts, instead of dividing by 0", async () => {
  const silent = { ...fits(), weights: new Float32Array(16) };
  for (const batches of [[], [silent]]) {
    await assertRejects(() => languageModelLoss(model, batches), RangeError, "found none");
  }
});

Deno.test("recordBatch() refuses records of unlike lengths and more than a batch holds", () => {
  const unlike = [record(8), record(7)];
  assertThrows(() => recordBatch(unlike), RangeError, "expected records of 8 tokens");
  assertThrows(() => recordBatch([record(8), record(8)], { batch: 1 }), RangeError, "at most 1");
});
