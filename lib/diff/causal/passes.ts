/** Edited passes over a text: many groups and prompts at once, each in a sequence of its own. @module */
import { askedRows, type Forced, lengthOf, padded } from "../../model/forced/forced.ts";
import { logitsAt, logitsTensor } from "../../model/forced/outcomes.ts";
import { rowLosses } from "../../model/forced/row_losses.ts";
import { takeRows } from "../../tensor/ops/rows.ts";
import { uploadIds } from "../../tensor/tensor.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { TextEdit, Variant } from "./edits/edit.ts";

/** Tokens of one pass. */
const TOKENS = 2 ** 12;

/** Logits that are read from one pass, numbers. */
const LOGITS = 2 ** 25;

/** Lengths of passes are multiples of it, so that there are few of them. */
const STEP = 8;

/** Variants of one pass, each filled up to `pos` tokens. */
type Pass = { own: Variant[]; pos: number };

/**
 * Variants in passes, those of like length together. `length`: tokens of each, `most` at most; `logits`:
 * numbers that are read of each.
 */
export function passesOf(
  variants: readonly Variant[],
  { length, most, logits }: {
    length(variant: Variant): number;
    most: number;
    logits: number;
  },
): Pass[] {
  const tokensOf = (variant: Variant) => Math.min(most, STEP * Math.ceil(length(variant) / STEP));
  // a group's prompts side by side, since an edit is dear by the groups of a pass
  const sorted = [...variants].sort((a, b) =>
    tokensOf(a) - tokensOf(b) || a.group - b.group || a.prompt - b.prompt
  );
  const passes: Pass[] = [];
  for (let from = 0; from < sorted.length;) {
    let to = from + 1, pos = 0;
    for (; to <= sorted.length; to++) {
      const next = tokensOf(sorted[to - 1]);
      if (to - from > Math.max(1, Math.min(TOKENS / next, LOGITS / logits))) break;
      pos = next;
    }
    const own = sorted.slice(from, to - 1).map((variant) => ({
      ...variant,
      positions: variant.positions.filter((p) => p < length(variant)), // what is not read is not edited
    }));
    passes.push({ own, pos });
    from = to - 1;
  }
  return passes;
}

/**
 * Runs every variant of an edit and hands over the logits [d_vocab] behind its prompt and behind each
 * token of its answer, `rows` of them at most.
 */
export async function runEdited(
  model: LanguageModel,
  { forced, edit, rows = Infinity }: {
    forced: readonly Forced[];
    edit: TextEdit;
    rows?: number;
  },
  each: (variant: Variant, logits: Float32Array[]) => void,
): Promise<void> {
  const cut = forced.map(({ prompt, answer }) => ({ prompt, answer: answer.subarray(0, rows) }));
  await inPasses(model, { forced: cut, edit }, async (own, pass) => {
    const found = await logitsAt(model, pass);
    let at = 0;
    for (const variant of own) {
      const next = at + cut[variant.prompt].answer.length;
      each(variant, found.slice(at, next));
      at = next;
    }
  });
}

/** The same with the mean cross-entropy of each answer, nats a token, and the logits behind its prompt alone. */
export async function editedLosses(
  model: LanguageModel,
  { forced, edit }: { forced: readonly Forced[]; edit: TextEdit },
  each: (variant: Variant, loss: number, first: Float32Array) => void,
): Promise<void> {
  const { d_vocab } = model.config;
  await inPasses(model, { forced, edit }, async (own, pass) => {
    using logits = logitsTensor(model, pass);
    const answers = own.map(({ prompt }) => forced[prompt].answer);
    const losses = await rowLosses(logits, answers.flatMap((answer) => [...answer]));
    const starts: number[] = [];
    answers.reduce((at, { length }) => (starts.push(at), at + length), 0);
    using index = uploadIds(model.gpu, [starts.length], starts);
    using rows = takeRows(logits, index);
    const read = await rows.read();
    own.forEach((variant, v) => {
      const { length } = answers[v], told = losses.subarray(starts[v], starts[v] + length);
      const first = read.subarray(v * d_vocab, (v + 1) * d_vocab);
      each(variant, told.reduce((sum, loss) => sum + loss, 0) / length, first);
    });
  });
}

async function inPasses(
  model: LanguageModel,
  { forced, edit: { variants, hold } }: { forced: readonly Forced[]; edit: TextEdit },
  run: (own: readonly Variant[], pass: Parameters<typeof logitsAt>[1]) => Promise<void>,
): Promise<void> {
  const { d_vocab, n_ctx } = model.config;
  const read = Math.max(...forced.map(({ answer }) => answer.length));
  const length = ({ prompt }: Variant) => lengthOf(forced[prompt]);
  for (const { own, pos } of passesOf(variants, { length, most: n_ctx, logits: read * d_vocab })) {
    const asked = own.map(({ prompt }) => forced[prompt]);
    using held = hold(own, pos);
    const sequences = padded(asked, pos);
    await run(own, { sequences, rows: askedRows(asked, pos), edits: held.edits });
  }
}
