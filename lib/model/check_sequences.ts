/**
 * What sequences of token ids have to be before a model sees them: one check for all that takes
 * them.
 * @module
 */
import type { Batch } from "../data/batches.ts";
import { exactly, expectForm, where, whole } from "../io/form.ts";
import { show } from "../io/show.ts";
import type { ModelConfig } from "./architecture.ts";

/** `action` begins the sentence of an error; `least` and `most` bound the tokens of a sequence. */
export type SequenceLimits = { action: string; least?: number; most?: number; ragged?: boolean };

/**
 * The number of tokens of a sequence, of the longest one where they may be `ragged`. Throws a
 * RangeError where there is no sequence, where lengths are out of bounds or differ, and on an id
 * that the model's vocabulary does not have.
 */
export function checkSequences(
  { d_vocab, n_ctx }: Pick<ModelConfig, "d_vocab" | "n_ctx">,
  sequences: readonly ArrayLike<number>[],
  { action, least = 1, most = n_ctx, ragged = false }: SequenceLimits,
): number {
  const expected = `${ragged ? "" : "equally long "}sequences of ${least} to ${most} ids, whole ` +
    `numbers from 0 to ${d_vocab - 1},`;
  const refuse = (found: string, todo: string): never => {
    throw new RangeError(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  if (!Array.isArray(sequences)) refuse(show(sequences), "pass a list of lists of ids");
  if (sequences.length === 0) refuse("none", "pass at least one");
  const other = sequences.findIndex((sequence) => !Number.isInteger(sequence?.length));
  if (other >= 0) refuse(`${show(sequences[other])} as one`, "pass a list of lists of ids");
  const lengths = [...new Set(sequences.map(({ length }) => length))];
  const longest = lengths.reduce((a, b) => Math.max(a, b));
  const shortest = lengths.reduce((a, b) => Math.min(a, b));
  if (shortest < least || longest > most || (!ragged && lengths.length > 1)) {
    const todo = ragged ? "cut them or take longer ones" : "cut them to one length in this range";
    refuse(`lengths ${lengths.slice(0, 5)}${lengths.length > 5 ? " ..." : ""}`, todo);
  }
  for (const [i, sequence] of sequences.entries()) {
    for (let p = 0; p < sequence.length; p++) {
      const id = sequence[p];
      if (Number.isInteger(id) && id >= 0 && id < d_vocab) continue;
      const place = `id ${show(id)} at position ${p} of sequence ${i}`;
      refuse(place, "encode text with the model's own vocabulary");
    }
  }
  return longest;
}

/**
 * Throws unless a batch fills its own size, of `batch` sequences of `pos` tokens where they are
 * given, its ids and the targets that count are of the model's vocabulary, and its weights are
 * finite and not negative.
 */
export function checkBatch(
  config: Pick<ModelConfig, "d_vocab" | "n_ctx">,
  made: Batch,
  { action, batch, pos }: { action: string; batch?: number; pos?: number },
): void {
  expectForm(`${action} on a batch`, made, batchForm(made, { batch, pos }), "make it of this size");
  const { ids, targets, weights } = made;
  const rows = Array.from(
    { length: made.batch },
    (_, b) => ids.subarray(b * made.sequenceLength, (b + 1) * made.sequenceLength),
  );
  checkSequences(config, rows, { action });
  const bad = weights.findIndex((weight, i) =>
    !(weight >= 0 && weight < Infinity) || (weight > 0 && targets[i] >= config.d_vocab)
  );
  if (bad < 0) return;
  throw new RangeError(
    `Cannot ${action}: expected finite weights of at least 0 and targets below ${config.d_vocab} ` +
      `but found weight ${weights[bad]} with target ${
        targets[bad]
      } at place ${bad}: correct the batch`,
  );
}

function batchForm(made: Batch, { batch, pos }: { batch?: number; pos?: number }) {
  const length = made?.batch * made?.sequenceLength;
  const filled = (Values: typeof Uint32Array | typeof Float32Array) =>
    where(
      `a ${Values.name} of ${length} values, batch times sequenceLength,`,
      (x) => x instanceof Values && x.length === length,
    );
  return exactly({
    batch: whole(batch ?? 1, batch),
    sequenceLength: whole(pos ?? 1, pos),
    ids: filled(Uint32Array),
    targets: filled(Uint32Array),
    weights: filled(Float32Array),
  });
}
