// Fixture: tests/fixtures/lora.py, which PEFT saved; lora.safetensors has the SHA-256 DIGEST.
import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { encodeSafetensors, readSafetensors } from "../../../lib/io/safetensors.ts";
import type { HostArray } from "../../../lib/io/host_array.ts";
import { loadModel, saveModel } from "../../../lib/model/files.ts";
import { logits } from "../../../lib/model/language_model.ts";
import {
  adaptersByName,
  createAdapters,
  nameOfA,
  nameOfB,
} from "../../../lib/model/lora/adapters.ts";
import { loadAdapters, saveAdapters } from "../../../lib/model/lora/files.ts";
import { LORA } from "../../../lib/model/lora/settings.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { readParameters } from "../../../lib/tensor/parameters.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { crossEntropy } from "../../../lib/tensor/ops/cross_entropy.ts";
import { upload, uploadIds } from "../../../lib/tensor/tensor.ts";
import { assertClose, inFolder } from "../../util.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { tinyModel } from "../tiny_model.ts";
import { CASES, fixtureBatch, fixtureModel, FOLDER, lora } from "./_gpt_neo.ts";

const [{ gpu }] = devices;
const DIGEST = "9593d242b484a26a760bd0e1482016413410a8e190adad9d59f8373bd69aeb4c";
const tolerance = { rtol: 1e-4, atol: 2e-5 };

const configOf = async (folder: string) =>
  JSON.parse(await Deno.readTextFile(join(folder, "adapter_config.json")));
const weightsOf = async (folder: string) =>
  (await readSafetensors(join(folder, "adapter_model.safetensors"))).tensors;

Deno.test("the fixture is the one that its script made", async () => {
  const bytes = await Deno.readFile(join(FOLDER, "../lora.safetensors"));
  assertEquals(createHash("sha256").update(bytes).digest("hex"), DIGEST);
});

for (const name of Object.keys(CASES)) {
  Deno.test(`loadAdapters() opens PEFT's (${name}), and saveAdapters() writes them again`, async () => {
    const model = fixtureModel(gpu), folder = join(FOLDER, name);
    const adapters = await loadAdapters(model, folder);
    if (name !== "everywhere") assertEquals(adapters.settings, CASES[name]);
    const { ids } = fixtureBatch(gpu);
    const found = logits(model, ids, { adapters: adaptersByName(adapters) });
    assertClose(await found.read(), lora[`${name}.logits`], { name, ...tolerance });
    await inFolder(async (again) => {
      await saveAdapters(again, adapters, { base: "owner/base" });
      assertEquals(await weightsOf(again), new Map([...await weightsOf(folder)].sort()));
      const { base_model_name_or_path, ...config } = await configOf(again),
        theirs = await configOf(folder);
      assertEquals(base_model_name_or_path, "owner/base");
      for (const [key, value] of Object.entries(config)) assertEquals(value, theirs[key], key);
      const opened = await loadAdapters(model, again);
      assertEquals([opened.settings, opened.base], [adapters.settings, "owner/base"]);
    });
  });
}

Deno.test("loadAdapters() opens those whose tensors PyTorch pickled", async () => {
  const model = fixtureModel(gpu);
  const [pickled, plain] = await Promise.all(
    ["pickled", "chosen"].map((name) => loadAdapters(model, join(FOLDER, name))),
  );
  assertEquals(await readParameters(pickled.parameters), await readParameters(plain.parameters));
});

Deno.test("loadModel() merges adapters into a model whose modules are fused and transposed", async () => {
  await inFolder(async (folder) => {
    const names = Object.keys(lora).filter((name) => name.startsWith("fused.model."));
    const weights = Object.fromEntries(names.map((name) => [name.slice(12), lora[name]]));
    await Deno.writeFile(join(folder, "model.safetensors"), encodeSafetensors(weights));
    const config = {
      ...{ architectures: ["GPT2LMHeadModel"], model_type: "gpt2", vocab_size: 20, n_embd: 16 },
      ...{ n_layer: 1, n_head: 2, n_positions: 8, n_inner: 24 },
    };
    await Deno.writeTextFile(join(folder, "config.json"), JSON.stringify(config));
    const ids = uploadIds(
      gpu,
      lora["fused.tokens"].shape,
      Uint32Array.from(lora["fused.tokens"].data),
    );
    const adapter = join(FOLDER, "fused"), expected = lora["fused.logits"];
    const merged = await loadModel(gpu, folder, { adapter });
    assertClose(await logits(merged, ids).read(), expected, { name: "merged", ...tolerance });

    const model = await loadModel(gpu, folder), adapters = await loadAdapters(model, adapter);
    const unmerged = logits(model, ids, { adapters: adaptersByName(adapters) });
    assertClose(await unmerged.read(), expected, { name: "unmerged", ...tolerance });
    const { data } = lora["fused.tokens"];
    const targets = Uint32Array.from(data, (_, i) => data[i % 7 === 6 ? i - 6 : i + 1]);
    const wanted = uploadIds(gpu, [14], targets);
    const ones = upload(gpu, { shape: [14], data: new Float32Array(14).fill(1) });
    for (const tensor of Object.values(model.parameters.tensors)) tensor.requiresGrad = false;
    withGradients(gpu, Object.values(adapters.parameters.tensors), () => {
      const result = logits(model, ids, { adapters: adaptersByName(adapters) });
      return crossEntropy(result, wanted, ones).loss;
    });
    for (const module of adapters.modules) {
      const grad = (name: string) => adapters.parameters.tensors[name].grad!.read();
      const key = `fused.grad.${module.name}.lora`, options = { rtol: 1e-3, atol: 1e-6 };
      assertClose(await grad(nameOfA(module)), lora[`${key}_A`], { name: `${key}_A`, ...options });
      const parts = await Promise.all(module.parts.map((_, i) => grad(nameOfB(module, i))));
      const whole = Float32Array.from(parts.flatMap((part) => [...part])); // Q, K, V follow one another
      assertClose(whole, lora[`${key}_B`], { name: `${key}_B`, ...options });
    }
    await inFolder(async (again) => {
      await saveAdapters(again, adapters);
      assertEquals(await weightsOf(again), new Map([...await weightsOf(adapter)].sort()));
      assertEquals((await configOf(again)).fan_in_fan_out, true);
    });

    const process = {}, centred = await loadModel(gpu, folder, { adapter, process });
    const by = await softmax(logits(centred, ids).read()),
      plain = await softmax(logits(merged, ids).read());
    assertClose(by, plain, { name: "processed", rtol: 1e-3, atol: 1e-5 });
  });
});

/** Probabilities of the fixture's 20 tokens. */
async function softmax(found: Promise<Float32Array>): Promise<Float32Array> {
  const exps = (await found).map(Math.exp);
  return exps.map((e, i) =>
    e / exps.subarray(i - i % 20, i - i % 20 + 20).reduce((a, b) => a + b, 0)
  );
}

Deno.test("loadAdapters() refuses what is not computed here by the name of its field", async () => {
  const model = fixtureModel(gpu), from = join(FOLDER, "published");
  const refused: [Record<string, unknown>, string][] = [
    [{ peft_type: "IA3" }, 'peft_type to be one of "LORA"'],
    [{ task_type: "SEQ_CLS" }, 'task_type to be one of "CAUSAL_LM"'],
    [{ bias: "all" }, 'bias to be one of "none"'],
    [{ r: 8.5 }, "r to be a whole number from 1"],
    [{ lora_alpha: "32" }, "lora_alpha to be a finite number above 0"],
    [{ target_modules: null }, "target_modules to be a list of names"],
    [{ target_modules: ["c_attn"] }, "which matches none: name some of k_proj"],
    [{ init_lora_weights: "pissa" }, "init_lora_weights to be one of true, false"],
    [{ use_dora: true }, "expected use_dora to be absent, null, false or empty but found true"],
    [{ modules_to_save: ["lm_head"] }, "expected modules_to_save to be absent"],
    [{ rank_pattern: { "h.0": 4 } }, "expected rank_pattern to be absent"],
    [{ alpha_pattern: { "h.0": 4 } }, "expected alpha_pattern to be absent"],
    [{ lora_bias: true }, "expected lora_bias to be absent"],
    [{ not_known_yet: 1 }, "expected not_known_yet to be absent"],
    [{ r: 4 }, "lora_A.weight has shape [8,24] instead of [4,24]"],
    [{ target_modules: ["q_proj"] }, "v_proj.lora_A.weight is unknown"],
    [{ target_modules: ["q_proj", "v_proj", "c_fc"] }, "mlp.c_fc.lora_A.weight [8,24] is missing"],
  ];
  await inFolder(async (folder) => {
    await Deno.copyFile(
      join(from, "adapter_model.safetensors"),
      join(folder, "adapter_model.safetensors"),
    );
    for (const [change, words] of refused) {
      const config = { ...await configOf(from), ...change };
      await Deno.writeTextFile(join(folder, "adapter_config.json"), JSON.stringify(config));
      await assertRejects(() => loadAdapters(model, folder), Error, words);
    }
    const narrowed = {
      ...await configOf(from),
      target_modules: "all-linear",
      exclude_modules: ["c_fc"],
    };
    await Deno.writeTextFile(join(folder, "adapter_config.json"), JSON.stringify(narrowed));
    assertEquals((await loadAdapters(model, folder)).modules.length, 8);
  });
});

Deno.test("loadAdapters() refuses adapters of another model, damaged ones and folders without any", async () => {
  const folder = join(FOLDER, "published"),
    load = (path: string) => loadAdapters(fixtureModel(gpu), path);
  await assertRejects(
    () => loadAdapters(tinyModel(gpu), folder),
    Error,
    "has shape [8,24] instead of [8,8]",
  );
  await assertRejects(() => load(join(folder, "none")), Error, "found ENOENT");
  await inFolder(async (empty) => {
    await assertRejects(() => load(empty), Error, "found no adapter_config.json");
    await Deno.copyFile(join(folder, "adapter_config.json"), join(empty, "adapter_config.json"));
    await assertRejects(() => load(empty), Error, "found no adapter_model.safetensors");
    const damaged: Record<string, HostArray> = Object.fromEntries(await weightsOf(folder));
    const [first] = Object.keys(damaged);
    damaged[first] = { ...damaged[first], data: damaged[first].data.with(3, NaN) };
    await Deno.writeFile(join(empty, "adapter_model.safetensors"), encodeSafetensors(damaged));
    await assertRejects(() => load(empty), RangeError, "with NaN at [0, 3]");
  });
});

Deno.test("saveAdapters() leaves what was there where a value is no number, and trained ones come back", async () => {
  const model = tinyModel(gpu),
    adapters = createAdapters(model, { ...LORA, r: 3 }, stream(0, "lora"));
  await inFolder(async (folder) => {
    await saveAdapters(folder, adapters);
    const again = await loadAdapters(model, folder);
    assertEquals(await readParameters(again.parameters), await readParameters(adapters.parameters));
    const [tensor] = Object.values(adapters.parameters.tensors), before = await weightsOf(folder);
    gpu.flush();
    gpu.device.queue.writeBuffer(tensor.storage.buffer, 4 * tensor.offset, Float32Array.of(NaN));
    await assertRejects(() => saveAdapters(folder, adapters), RangeError, "NaN");
    assertEquals(await weightsOf(folder), before);
  });
});

Deno.test("loadModel() on a folder of adapters says where they go", async () => {
  await inFolder(async (folder) => {
    await saveModel(folder, tinyModel(gpu));
    await Deno.writeTextFile(join(folder, "adapter_config.json"), "{}");
    await assertRejects(() => loadModel(gpu, folder), Error, "this one as its adapter");
  });
});
