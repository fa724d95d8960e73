// A small language model on your own stories, from random weights, saved as transformers reads it.
import * as crosslab from "../../lib/mod.ts";

const [, corpus] = Deno.args, { data, model: models, stream } = crosslab;
using gpu = await crosslab.openGpu();
const { records } = await crosslab.openCorpus(corpus, { n: 20_000 });
const used = data.countIds(records.map(({ story }) => data.tokens.encode(story)));
const vocabulary = data.makeVocabulary(used, { size: 2_000 });
const tokens = data.packRecords(records, vocabulary);

const sizes = { d_model: 64, n_layers: 4, n_heads: 4, n_ctx: 128 };
const config = crosslab.gptNeoConfig({ d_vocab: vocabulary.size, ...sizes });
const weights = crosslab.initialWeights(config, stream(0, "weights"));
const model = crosslab.createGptNeo(gpu, config, weights);
const settings = { steps: 600, batch: 16, sequenceLength: 128, lr: 1e-3 };
const batches = data.packedBatches(tokens, stream(0, "batches"), settings);
await models.trainLanguageModel(model, batches, { name: "mine", settings });
await crosslab.saveModel("my-model", model, vocabulary);
