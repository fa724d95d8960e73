// Where the latents of a saved crosscoder fire: texts, strongest first.
import * as crosslab from "../../lib/mod.ts";

const [name = "hf:roneneldan/TinyStories-33M", corpus] = Deno.args;
const { crosscoder, diff, model: models } = crosslab, text = { n: 2_000, length: 64 };
using gpu = await crosslab.openGpu();
const model = await crosslab.loadModel(gpu, name), coder = await crosslab.loadCrosscoder("my-sae");
const { sequences, vocabulary } = await models.storySequences(name, corpus, text);

const { fired, top } = await crosscoder.topContexts(model, coder, sequences);
const order = [...fired.keys()].sort((a, b) => fired[b] - fired[a]);
for (const latent of order.slice(0, 3)) {
  console.log(`#${latent} fires on ${fired[latent]} tokens`);
  console.log(diff.contextTexts(top[latent], { sequences, vocabulary }).join("\n"));
}
