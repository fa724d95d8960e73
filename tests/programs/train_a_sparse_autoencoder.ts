// A sparse autoencoder on one hook of a model of the hub: trained, measured on held-out text, saved.
import * as crosslab from "../../lib/mod.ts";

const [name = "hf:roneneldan/TinyStories-33M", corpus] = Deno.args; // no corpus: a grammar's stories
const { crosscoder, model: models } = crosslab, text = { n: 20_000, length: 64 };
using gpu = await crosslab.openGpu();
const model = await crosslab.loadModel(gpu, name);
const { sequences } = await models.storySequences(name, corpus, text);
const heldOut = sequences.splice(-64);

const sites = ["blocks.1.hook_resid_post"], sizes = { d_sae: 3072, k: 32, steps: 5000 };
const sae = await crosslab.fitCrosscoder(model, sequences, {
  recipe: "batchtopk",
  sites,
  ...sizes,
});
const { L0, FVU_mean } = await crosslab.evaluateCoder(model, sae, heldOut);
console.log(`L0 ${L0.mean.toFixed(1)}, variance left ${(100 * FVU_mean).toFixed(1)} %`);
await crosslab.saveCrosscoder("my-sae", crosscoder.fold(sae));
