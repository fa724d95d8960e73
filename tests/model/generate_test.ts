import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { generate, type GenerateOptions } from "../../lib/model/generate.ts";
import { runWithHooks } from "../../lib/model/run_with_cache.ts";
import { stream } from "../../lib/numerics/random.ts";
import { add } from "../../lib/tensor/ops/arithmetic.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { devices } from "../tensor/gpu_util.ts";
import { tinyModel } from "./tiny_model.ts";

const { gpu } = devices[0];
const model = tinyModel(gpu);
const PROMPTS = [[1, 2, 3], [4]];

Deno.test("generate() is greedy at temperature 0, and close to it at a tiny one", async () => {
  const greedy = await generate(model, PROMPTS, { maxNewTokens: 8 });
  for (const temperature of [0, 1e-300]) {
    const random = stream(0, "sample");
    const sampled = await generate(model, PROMPTS, { maxNewTokens: 8, temperature, random });
    assertEquals(sampled, greedy, `temperature ${temperature}`);
  }
  const hot = { maxNewTokens: 8, temperature: 100, random: stream(0, "sample") };
  assertNotEquals(await generate(model, PROMPTS, hot), greedy);
});

Deno.test("generate() gives nothing for 0 new tokens, one list a prompt", async () => {
  assertEquals(await generate(model, PROMPTS, { maxNewTokens: 0 }), [[], []]);
});

Deno.test("generate() refuses options out of range and unknown ones by name", async () => {
  const random = stream(0, "sample");
  const FAULTS: [options: unknown, says: string][] = [
    [{ maxNewTokens: 4, temperature: -1, random }, "temperature"],
    [{ maxNewTokens: 4, temperature: NaN, random }, "temperature"],
    [{ maxNewTokens: 4, temperature: Infinity, random }, "temperature"],
    [{ maxNewTokens: 4, temperature: 0.7 }, "expected random"],
    [{ maxNewTokens: 4, random: 3 }, "random to be a stream"],
    [{ maxNewTokens: 1.5 }, "maxNewTokens"],
    [{ maxNewTokens: -1 }, "maxNewTokens"],
    [{ maxNewTokens: 16 }, "maxNewTokens to be a whole number from 0 to 15"],
    [{ maxNewTokens: 14 }, "sequences of 1 to 2 ids"],
    [{ maxNewToken: 4 }, "maxNewTokens"],
    [{ maxNewTokens: 4, temprature: 1 }, "did you mean temperature?"],
    [undefined, "expected an object"],
  ];
  for (const [options, says] of FAULTS) {
    const run = () => generate(model, PROMPTS, options as GenerateOptions);
    await assertRejects(run, RangeError, says, JSON.stringify(options));
  }
});

Deno.test("generate() refuses logits that are no numbers", async () => {
  const broken = tinyModel(gpu);
  broken.parameters.tensors["transformer.ln_f.bias"].write(new Float32Array(8).fill(NaN));
  await assertRejects(
    () => generate(broken, PROMPTS, { maxNewTokens: 2 }),
    RangeError,
    "expected finite logits",
  );
});

Deno.test("generate() edits the pass over the prompts, and no later one", async () => {
  const prompts = [[1, 2, 3], [4, 5]];
  const passes: (readonly number[])[] = [];
  const shift = (x: Tensor) => {
    passes.push(x.shape);
    return add(x, x);
  };
  const edits = { "blocks.0.hook_resid_post": shift };
  const made = await generate(model, prompts, { maxNewTokens: 3, edits });
  assertEquals(passes, [[2, 3, model.config.d_model]]);
  for (const [n, prompt] of prompts.entries()) {
    using logits = runWithHooks(model, [prompt], edits);
    const last = (await logits.read()).slice(-model.config.d_vocab);
    assertEquals(made[n][0], last.indexOf(Math.max(...last)));
  }
});
