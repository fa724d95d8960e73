// Child process: 50 steps of a language model and of a crosscoder; prints the bits of every loss and gradient norm.
import { createPoolFeed } from "../../lib/crosscoder/harvest/feed.ts";
import { trainCrosscoder } from "../../lib/crosscoder/train.ts";
import { residualSites } from "../../lib/crosscoder/sites.ts";
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";
import { initialise } from "../../lib/crosscoder/initialise.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { initialWeights } from "../../lib/model/architectures/gpt_neo/weights.ts";
import { createGptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { trainLanguageModel } from "../../lib/model/train.ts";
import { stream } from "../../lib/numerics/random.ts";
import type { LoggedStep } from "../../lib/tensor/training.ts";
import { packedBatches } from "../../lib/data/batches.ts";
import { tinySettings } from "./tiny_run.ts";

const settings = tinySettings();
const random = stream(7, "losses");
const config = { ...settings.model, d_vocab: 301 };
const tokens = Uint32Array.from({ length: 6000 }, () => Math.floor(301 * random.uniform() ** 3));
using gpu = await openGpu();
const bits: string[] = [];
const onLog = (rows: LoggedStep[]) => {
  for (const { metrics, gradNorm } of rows) {
    const words = new Uint32Array(Float32Array.of(...Object.values(metrics), gradNorm).buffer);
    bits.push([...words].map((word) => word.toString(16).padStart(8, "0")).join(" "));
  }
};
const model = createGptNeo(gpu, config, initialWeights(config, random, { std: 0.08 }));
const training = { steps: 50, batch: 4, sequenceLength: 64, lr: 3e-3 };
const batches = packedBatches(tokens, random.stream("batches"), training);
await trainLanguageModel(model, batches, { name: "model", settings: training, onLog });

const sites = residualSites(config.n_layers);
const sequences = Array.from({ length: 16 }, (_, i) => tokens.slice(64 * i, 64 * i + 64));
const coder = { ...settings.S, steps: 50 };
const feed = createPoolFeed({ models: { model }, sequences }, {
  sites,
  random,
  batch: coder.batch,
  poolSequences: coder.poolSequences,
});
const d_in = config.d_model, scale = sites.map(() => 2);
const initial = await initialise(gpu, coderConfig({ sites, d_in, d_sae: 37, scale }), {
  pool: feed.pool,
  random,
});
await trainCrosscoder(gpu, initial, { name: "crosscoder", settings: coder, feed, onLog });
console.log(bits.join("\n"));
