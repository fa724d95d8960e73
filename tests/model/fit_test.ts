import { assert, assertEquals, assertRejects } from "@std/assert";
import { openCorpus } from "../../lib/data/corpus.ts";
import { fitLanguageModel } from "../../lib/model/fit.ts";
import { readParameters } from "../../lib/tensor/parameters.ts";
import type { LoggedStep } from "../../lib/tensor/training.ts";
import { devices } from "../tensor/gpu_util.ts";

const { gpu } = devices[0];
const { records } = await openCorpus(undefined, { n: 60 });
const small = { d_vocab: 200, d_model: 16, n_layers: 1, n_heads: 2, n_ctx: 16, batch: 8 };

Deno.test("fitLanguageModel() learns the records, with their most frequent tokens, and repeats itself", async () => {
  const fit = async () => {
    const losses: number[] = [], phases: string[] = [];
    const onLog = (name: string, steps: LoggedStep[]) => {
      phases.push(name);
      losses.push(...steps.map(({ metrics }) => metrics.cross_entropy));
    };
    const { model, vocabulary } = await fitLanguageModel(gpu, records, {
      ...small,
      steps: 60,
      lr: 1e-2,
      name: "mine",
      onLog,
    });
    const weights = await readParameters(model.parameters);
    return { losses, phases: new Set(phases), weights, size: vocabulary.size, model };
  };
  const first = await fit(), { losses, phases, size, model } = first;
  assertEquals([size, model.config.d_vocab, losses.length, [...phases]], [200, 200, 60, ["mine"]]);
  assert(losses[59] < losses[0] - 1, `${losses[0]} to ${losses[59]}`);
  assertEquals((await fit()).weights, first.weights);
});

Deno.test("fitLanguageModel() refuses what it does not know", async () => {
  const fit = (options: Record<string, unknown>) => fitLanguageModel(gpu, records, options);
  await assertRejects(() => fit({ d_modle: 8 }), RangeError, "did you mean d_model?");
  await assertRejects(() => fit({ steps: 0 }), RangeError, "steps");
});
