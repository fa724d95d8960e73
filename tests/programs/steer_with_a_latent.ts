// What a model writes while a latent's decoder vector is added to every token of a prompt.
import * as crosslab from "../../lib/mod.ts";

const [name = "hf:roneneldan/TinyStories-33M"] = Deno.args, latent = 7;
const { data, model: models, tensor } = crosslab;
using gpu = await crosslab.openGpu();
const model = await crosslab.loadModel(gpu, name), coder = await crosslab.loadCrosscoder("my-sae");
const vocabulary = await models.vocabularyOf(name), { d_in, sites: [{ hook }] } = coder.config;
const [prompt] = data.textSequences(vocabulary, ["Once upon a time there was"], { length: 6 });

const vector = coder.arrays.W_dec.data.slice(latent * d_in, (latent + 1) * d_in);
using shift = crosslab.upload(gpu, { shape: [d_in], data: vector.map((weight) => 8 * weight) });
const steer = (x: crosslab.Tensor) => tensor.add(x, shift); // x: [batch, pos, d_model]
for (const edits of [{}, { [hook]: steer }]) {
  const [answer] = await crosslab.generate(model, [prompt], { maxNewTokens: 20, edits });
  console.log(data.decodeCompact(vocabulary, answer));
}
