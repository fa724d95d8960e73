// How much each head matters: what the loss on text rises by where the head's output is put to 0.
import * as crosslab from "../../lib/mod.ts";

const [name = "hf:roneneldan/TinyStories-33M", corpus] = Deno.args;
const { data, model: models, tensor } = crosslab, text = { n: 64, length: 32 };
using gpu = await crosslab.openGpu();
const model = await crosslab.loadModel(gpu, name), { n_layers, n_heads } = model.config;
const { sequences } = await models.storySequences(name, corpus, text);

const without = (head: number) => (z: crosslab.Tensor) => {
  const [, , heads, d_head] = z.shape; // [batch, pos, head, d_head]
  const mask = new Float32Array(heads * d_head).fill(1).fill(0, head * d_head, (head + 1) * d_head);
  return tensor.multiply(z, crosslab.upload(gpu, { shape: [heads, d_head], data: mask }));
};
const loss = (edits = {}) =>
  models.languageModelLoss(model, data.sequenceBatches(sequences), { edits });
const whole = await loss();
for (let n = 0; n < n_layers * n_heads; n++) {
  const [layer, head] = [Math.floor(n / n_heads), n % n_heads];
  const cost = await loss({ [`blocks.${layer}.attn.hook_z`]: without(head) }) - whole;
  console.log(`head ${layer}.${head}: ${cost.toFixed(4)} nats`);
}
