// One model and one crosscoder, as trained and folded: whatever looks at it has to say the same of both.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Crosscoder, fold } from "../../lib/crosscoder/coder.ts";
import { evaluateCoder } from "../../lib/crosscoder/evaluate.ts";
import { fitCrosscoder } from "../../lib/crosscoder/fit.ts";
import { RECIPES } from "../../lib/crosscoder/recipes.ts";
import { topContexts } from "../../lib/crosscoder/latents.ts";
import { patchedLoss } from "../../lib/crosscoder/patched_loss.ts";
import { createPoolFeed } from "../../lib/crosscoder/harvest/feed.ts";
import { trainCrosscoder } from "../../lib/crosscoder/train.ts";
import { stream } from "../../lib/numerics/random.ts";
import { devices } from "../tensor/gpu_util.ts";
import { tinyModel, tinySequences } from "../model/tiny_model.ts";
import { assertClose } from "../util.ts";

const { gpu } = devices[0];
const model = tinyModel(gpu);
const tokens = tinySequences(8);
const sites = ["blocks.0.hook_resid_post", "blocks.1.hook_resid_post"];
const coder = await fitCrosscoder(model, tokens, { sites, d_sae: 24, steps: 300, batch: 32 });

/** Numbers of two answers side by side. */
function assertSame(found: unknown, expected: unknown, name: string): void {
  const numbers = (value: unknown): number[] =>
    typeof value === "number" ? [value] : Object.values(value as object).flatMap(numbers);
  assertClose(numbers(found), numbers(expected), { name, rtol: 1e-4, atol: 1e-5 });
}

Deno.test("evaluateCoder(), topContexts() and patchedLoss() say the same of a folded crosscoder", async () => {
  assert(coder.config.scale.every((scale) => Math.abs(scale - 1) > 0.1), "the scale must matter");
  for (const measure of [evaluateCoder, topContexts, patchedLoss]) {
    const expected = await measure(model, coder, tokens);
    assertSame(await measure(model, fold(coder), tokens), expected, measure.name);
  }
  const { fvu } = await evaluateCoder(model, coder, tokens);
  assert(fvu.every((left) => left < 0.7), `${fvu}`);
});

Deno.test("trainCrosscoder() goes on from a folded crosscoder as from an unfolded one", async () => {
  const settings = { ...RECIPES.anthropic_jan25.settings, steps: 20, batch: 32, poolSequences: 8 };
  const train = async (initial: Crosscoder) => {
    const random = stream(0, "feed");
    const feed = createPoolFeed({ models: { model }, sequences: tokens }, {
      sites,
      random,
      batch: 32,
      poolSequences: 8,
    });
    const result = await trainCrosscoder(gpu, initial, { name: "x", settings, feed });
    feed.release();
    return result;
  };
  const [expected, found] = [await train(coder), await train(fold(coder))];
  assertEquals(found.config, coder.config);
  assertClose(found.arrays.W_dec.data, expected.arrays.W_dec, { name: "W_dec", rtol: 1e-3 });
});

Deno.test("a crosscoder of another model is refused by whatever looks at one", async () => {
  const wider = tinyModel(gpu, { d_model: 16 }), shallow = tinyModel(gpu, { n_layers: 1 });
  for (const measure of [evaluateCoder, topContexts, patchedLoss]) {
    await assertRejects(
      () => measure(wider, coder, tokens),
      RangeError,
      "expected a crosscoder of d_in 16, the width of blocks.0.hook_resid_post in this model, but found 8",
      measure.name,
    );
    await assertRejects(
      () => measure(shallow, coder, tokens),
      RangeError,
      'found "blocks.1.hook_resid_post"',
      measure.name,
    );
    const broken = { ...coder, config: { ...coder.config, scale: [1, NaN] } };
    await assertRejects(() => measure(model, broken, tokens), RangeError, "scale[1]", measure.name);
  }
});

Deno.test("evaluateCoder() refuses activations that do not vary, instead of dividing by their variance", async () => {
  const one = [Uint32Array.of(3)];
  await assertRejects(
    () => evaluateCoder(model, coder, one),
    RangeError,
    "the same on all 1 tokens",
  );
});

Deno.test("patchedLoss() refuses a site whose absence costs nothing, instead of dividing by it", async () => {
  const blind = tinyModel(gpu); // its last block writes nothing
  const { tensors } = blind.parameters;
  for (const name of ["c_proj.weight", "c_proj.bias"]) {
    const tensor = tensors[`transformer.h.1.mlp.${name}`];
    tensor.write(new Float32Array(tensor.rows * tensor.columns));
  }
  const sites = ["blocks.1.mlp.hook_post"];
  const own = await fitCrosscoder(blind, tokens, { sites, d_sae: 8, steps: 2, batch: 32 });
  await assertRejects(
    () => patchedLoss(blind, own, tokens),
    RangeError,
    "expected zeros at blocks.1.mlp.hook_post to change the loss",
  );
});
