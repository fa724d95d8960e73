/** Language models: every architecture trained, generated from, kept; adapters; hooks' scales. @module */
import type { HostArray } from "../../../lib/io/host_array.ts";
import { packedBatches } from "../../../lib/data/batches.ts";
import type { Architecture, ModelConfig } from "../../../lib/model/architecture.ts";
import { gpt2Config } from "../../../lib/model/architectures/gpt2/config.ts";
import { gptNeoConfig } from "../../../lib/model/architectures/gpt_neo/config.ts";
import { gptNeoxConfig } from "../../../lib/model/architectures/gpt_neox/config.ts";
import { llamaConfig } from "../../../lib/model/architectures/llama/config.ts";
import { ARCHITECTURES } from "../../../lib/model/architectures/mod.ts";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { generate } from "../../../lib/model/generate.ts";
import { hookNames } from "../../../lib/model/hooks.ts";
import { keepRun } from "../../../lib/model/keep_run.ts";
import { createModel } from "../../../lib/model/language_model.ts";
import { createAdapters } from "../../../lib/model/lora/adapters.ts";
import { LORA } from "../../../lib/model/lora/settings.ts";
import { randomWeights } from "../../../lib/model/random_weights.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import { trainLanguageModel } from "../../../lib/model/train.ts";
import { stream } from "../../../lib/numerics/random.ts";
import type { LoggedStep } from "../../../lib/tensor/training.ts";
import type { Drive } from "./drive.ts";

const SIZES = { d_vocab: 50, d_model: 16, n_layers: 2, n_heads: 2, n_ctx: 16 };

/** Configurations by architecture; one of which there is none here fails. */
const CONFIGS: Record<string, ModelConfig[]> = {
  gpt_neo: [
    gptNeoConfig({ ...SIZES, window: 4 }),
    gptNeoConfig({ ...SIZES, activation: "gelu" }),
    gptNeoConfig({ ...SIZES, activation: "relu" }),
  ],
  gpt2: [gpt2Config(SIZES)],
  gpt_neox: [gptNeoxConfig(SIZES)],
  llama: [llamaConfig({ ...SIZES, n_kv_heads: 1 })],
  qwen2: [llamaConfig({ ...SIZES, qkv_bias: true, n_kv_heads: 1 })],
  attention_only: [{ ...SIZES, n_heads: 1, d_head: 8 } as ModelConfig],
};
const settings = { steps: 2, batch: 4, sequenceLength: 8, lr: 1e-3 };
const random = stream(0, "text");
const tokens = Uint32Array.from({ length: 400 }, () => random.int(SIZES.d_vocab));

function configsOf({ name }: Architecture): ModelConfig[] {
  if (name in CONFIGS) return CONFIGS[name];
  throw new Error(`Cannot drive ${name}: expected a configuration here but found none: add one`);
}

const drawn = new Map<ModelConfig, Record<string, HostArray>>();

/** A model with weights that are drawn once. */
function modelOf(gpu: Gpu, architecture: Architecture, config: ModelConfig) {
  const weights = drawn.get(config) ??
    randomWeights(architecture, config, stream(0, "weights"), { std: 0.3 });
  drawn.set(config, weights);
  return createModel(gpu, architecture, config, weights);
}

const batches = () => packedBatches(tokens, stream(0, "batches"), settings);

/** Losses and norms of gradients of two steps, the logits of a text, and the text that is generated from it. */
function whole(architecture: Architecture, config: ModelConfig, at: number): Drive {
  return {
    name: `${architecture.name} ${at}`,
    run: async (gpu) => {
      const model = modelOf(gpu, architecture, config), steps: LoggedStep[] = [];
      const sequences = [tokens.slice(0, 8), tokens.slice(8, 16)];
      const { logits } = runWithCache(model, sequences, hookNames(model));
      const found = await logits.read();
      await generate(model, sequences, { maxNewTokens: 2 });
      using _kept = keepRun(model, sequences);
      await trainLanguageModel(model, batches(), {
        name: "drive",
        settings,
        onLog: (rows) => steps.push(...rows),
      });
      const log = steps.map(({ metrics, gradNorm }) => [metrics.cross_entropy, gradNorm]);
      return { logits: found, log: log.flat() };
    },
  };
}

const adapters: Drive = {
  name: "adapters",
  run: async (gpu) => {
    const [architecture] = ARCHITECTURES, steps: LoggedStep[] = [];
    const model = modelOf(gpu, architecture, CONFIGS[architecture.name][0]);
    const lora = { ...LORA, r: 3, dropout: 0.2 };
    await trainLanguageModel(model, batches(), {
      name: "drive",
      settings,
      adapters: createAdapters(model, lora, stream(0, "lora")),
      random: stream(0, "dropout"),
      onLog: (rows) => steps.push(...rows),
    });
    return { loss: steps.map(({ metrics }) => metrics.cross_entropy) };
  },
};

export const MODELS: readonly Drive[] = [
  ...ARCHITECTURES.flatMap((architecture) =>
    configsOf(architecture).map((config, at) => whole(architecture, config, at))
  ),
  adapters,
];
