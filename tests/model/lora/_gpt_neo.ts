/** The GPT-Neo of tests/fixtures/gpt_neo.py, and adapters of tests/fixtures/lora.py. @module */
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { readSafetensors } from "../../../lib/io/safetensors.ts";
import { gptNeoConfig } from "../../../lib/model/architectures/gpt_neo/config.ts";
import { createGptNeo, type GptNeo } from "../../../lib/model/architectures/gpt_neo.ts";
import { type Adapters, createAdapters } from "../../../lib/model/lora/adapters.ts";
import type { LoraSettings } from "../../../lib/model/lora/settings.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { type Tensor, upload, uploadIds } from "../../../lib/tensor/tensor.ts";
import { type Fixture, fixture } from "../../util.ts";

export const FOLDER = new URL("../../fixtures/lora", import.meta.url).pathname;

/** The cases of tests/fixtures/lora.py. */
export const CASES: Record<string, LoraSettings> = {
  published: { r: 8, alpha: 32, dropout: 0.05, targets: ["q_proj", "v_proj"] },
  everywhere: { r: 5, alpha: 7, dropout: 0, targets: "all-linear", rslora: true },
  chosen: {
    r: 3,
    alpha: 6,
    dropout: 0,
    targets: ".*\\.(1\\.attn\\.attention\\.out_proj|3\\.mlp\\.c_(fc|proj))",
  },
};

export const neo: Fixture = await fixture("gpt_neo");
export const lora: Fixture = await fixture("lora");
const config = gptNeoConfig({
  d_vocab: 61,
  d_model: 24,
  n_layers: 4,
  n_heads: 2,
  n_ctx: 16,
  window: 5,
});

export function fixtureModel(gpu: Gpu): GptNeo {
  const names = Object.keys(neo).filter((name) => name.startsWith("transformer."));
  return createGptNeo(gpu, config, Object.fromEntries(names.map((name) => [name, neo[name]])));
}

/** The adapters of a case with the values that PEFT saved. */
export async function fixtureAdapters(model: GptNeo, name: string): Promise<Adapters> {
  const adapters = createAdapters(model, CASES[name], stream(0, "lora"));
  const { tensors } = await readSafetensors(`${FOLDER}/${name}/adapter_model.safetensors`);
  for (const [name, tensor] of Object.entries(adapters.parameters.tensors)) {
    tensor.write(tensors.get(`base_model.model.${name}`)!.data);
  }
  return adapters;
}

/** The batch of the fixture. */
export function fixtureBatch(gpu: Gpu): Record<"ids" | "targets" | "weights", Tensor> {
  const whole = (name: string) => Uint32Array.from(neo[name].data);
  return {
    ids: uploadIds(gpu, neo.tokens.shape, whole("tokens")),
    targets: uploadIds(gpu, [neo.targets.data.length], whole("targets")),
    weights: upload(gpu, { shape: [neo.weights.data.length], data: neo.weights.data }),
  };
}
