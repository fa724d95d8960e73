/** Edited passes over a text: many groups and prompts at once, each in a sequence of its own. @module */
import { askedRows, type Forced, lengthOf, padded } from "../../model/forced/forced.ts";
import { logitsAt } from "../../model/forced/outcomes.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { TextEdit, Variant } from "./edits/edit.ts";

/** Tokens of one pass. */
const TOKENS = 2 ** 12;

/** Logits that are read from one pass, numbers. */
const LOGITS = 2 ** 25;

/** Lengths of passes are multiples of it, so that there are few of them. */
const STEP = 8;

/**
 * Runs every variant of an edit and hands over the logits [d_vocab] behind its prompt and behind each
 * token of its answer, `rows` of them at most. Prompts of like length share a pass.
 */
export async function runEdited(
  model: LanguageModel,
  { forced, edit: { variants, hold }, rows = Infinity }: {
    forced: readonly Forced[];
    edit: TextEdit;
    rows?: number;
  },
  each: (variant: Variant, logits: Float32Array[]) => void,
): Promise<void> {
  const { d_vocab, n_ctx } = model.config;
  const cut = forced.map(({ prompt, answer }) => ({ prompt, answer: answer.subarray(0, rows) }));
  const length = ({ prompt }: Variant) => lengthOf(cut[prompt]);
  const sorted = [...variants].sort((a, b) =>
    length(a) - length(b) || a.prompt - b.prompt || a.group - b.group
  );
  const read = Math.max(...cut.map(({ answer }) => answer.length));
  for (let from = 0; from < sorted.length;) {
    const most = (pos: number) => Math.min(TOKENS / pos, LOGITS / (read * d_vocab));
    let to = from + 1, pos = 0;
    for (; to <= sorted.length; to++) {
      const next = Math.min(n_ctx, STEP * Math.ceil(length(sorted[to - 1]) / STEP));
      if (to - from > Math.max(1, most(next))) break;
      pos = next;
    }
    const own = sorted.slice(from, to - 1).map((variant) => ({
      ...variant,
      positions: variant.positions.filter((p) => p < length(variant)), // what is not read is not edited
    }));
    from = to - 1;
    const asked = own.map(({ prompt }) => cut[prompt]);
    using held = hold(own, pos);
    const found = await logitsAt(model, {
      sequences: padded(asked, pos),
      rows: askedRows(asked, pos),
      edits: held.edits,
    });
    let at = 0;
    own.forEach((variant, v) => {
      const next = at + asked[v].answer.length;
      each(variant, found.slice(at, next));
      at = next;
    });
  }
}
