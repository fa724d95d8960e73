// Models of tests/fixtures/parity.py: what processing may change is a constant in the logits of a position.
import { assert, assertEquals } from "@std/assert";
import { processModel } from "../../../lib/model/processing/model.ts";
import { loadModel, saveModel } from "../../../lib/model/files.ts";
import { createModel } from "../../../lib/model/language_model.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import { readParameters } from "../../../lib/tensor/parameters.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { assertClose, inFolder } from "../../util.ts";
import { caseModel, readCase, sequences } from "../parity.ts";

const { gpu } = devices[0];

/** The values, each row of `width` less its mean. */
function centred(values: Float32Array, width: number): Float32Array {
  return values.map((value, i) => {
    const first = i - i % width;
    return value - values.subarray(first, first + width).reduce((a, b) => a + b, 0) / width;
  });
}

for (const name of ["gpt2_12", "gpt2_7", "gpt_neox_12", "gpt_neox_10"]) {
  Deno.test(`${name} processed has the logits less their mean, a stream of mean zero, and is saved and opened`, async () => {
    const made = await readCase(name), model = caseModel(gpu, made);
    const { architecture, config } = model, weights = await readParameters(model.parameters);
    const parts = processModel("test", architecture, { config, weights, process: {} });
    assertEquals(parts.config.processed, true);
    const processed = createModel(gpu, architecture, parts.config, parts.weights);
    const rows = sequences(made.tensors.tokens), hook = "blocks.1.hook_resid_post";
    const plain = runWithCache(model, rows, [hook]), other = runWithCache(processed, rows, [hook]);
    const logits = await other.logits.read(), { d_vocab, d_model } = config;
    const expected = centred(await plain.logits.read(), d_vocab);
    assertClose(logits, expected, { name: "logits", rtol: 2e-5 }); // worst seen: 2e-6
    const stream = await other.cache.get(hook)!.read(),
      before = await plain.cache.get(hook)!.read();
    assertClose(stream, centred(before, d_model), { name: hook, rtol: 2e-5 });
    await inFolder(async (folder) => {
      await saveModel(folder, processed);
      const again = await loadModel(gpu, folder);
      assertEquals(again.config, parts.config);
      assertEquals(
        await readParameters(again.parameters),
        await readParameters(processed.parameters),
      );
    });
    assert(centred(before, d_model).some((value, i) => Math.abs(value - before[i]) > 1e-3));
  });
}

for (const name of ["llama_12", "llama_80", "qwen2_6"]) {
  Deno.test(`${name} processed has the logits less their mean, and the stream as it was`, async () => {
    const made = await readCase(name), model = caseModel(gpu, made);
    const { architecture, config } = model, weights = await readParameters(model.parameters);
    const parts = processModel("test", architecture, { config, weights, process: {} });
    assertEquals(parts.config, { ...config, tied: false } as typeof config);
    const processed = createModel(gpu, architecture, parts.config, parts.weights);
    const rows = sequences(made.tensors.tokens).map((row) => row.slice(0, 40));
    const hook = "blocks.1.hook_resid_post", norm = "blocks.1.ln1.hook_normalized";
    const [plain, other] = [model, processed].map((of) => runWithCache(of, rows, [hook, norm]));
    const expected = centred(await plain.logits.read(), config.d_vocab);
    assertClose(await other.logits.read(), expected, { name: "logits", rtol: 2e-5 });
    for (const point of [hook, norm]) {
      const [found, before] = [other, plain].map(({ cache }) => cache.get(point)!.read());
      assertClose(await found, await before, { name: point, rtol: 2e-5 });
    }
    const w = parts.weights["model.layers.0.input_layernorm.weight"].data;
    assert(w.every((value) => value === 1));
  });
}
