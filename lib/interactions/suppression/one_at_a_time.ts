/** The effect of cancelling one term after the other, each in a pass of its own. @module */
import { view } from "../../tensor/ops/reshape.ts";
import { subtract } from "../../tensor/ops/arithmetic.ts";
import { takeRows } from "../../tensor/ops/rows.ts";
import { type Tensor, upload, uploadIds } from "../../tensor/tensor.ts";
import type { Edit } from "../../model/hook_points.ts";
import { askedRows } from "../../model/forced/forced.ts";
import { logitsAt, type Outcome } from "../../model/forced/outcomes.ts";
import type { ForcedText, ReadPart } from "./read.ts";
import { divergencesFrom, logOdds } from "../../model/forced/scores.ts";
import type { Terms } from "./terms.ts";

/** Change against the unedited pass, a mean over all prompts: 0 where an item does not occur. */
export type Effects = { logOdds: Float64Array; KL: Float64Array };

/** Floats of the edits of one pass. */
const FLOATS = 2 ** 23;

/**
 * Effects of `items` items, [items] each, on the log-odds of the answers' first token and on the KL
 * divergence from `reference`. An item has one term a token and hook point at most.
 */
export async function effectsOf(
  { model, parts, forced }: ForcedText,
  { items, termsOf, before, reference }: {
    items: number;
    termsOf(part: ReadPart): Promise<Terms[]>;
    before: readonly Outcome[];
    reference: readonly Float32Array[];
  },
): Promise<Effects> {
  const effects = { logOdds: new Float64Array(items), KL: new Float64Array(items) };
  const divergence = divergencesFrom(reference);
  for (const part of parts) {
    const { pos } = part, terms = await termsOf(part);
    using owned = new DisposableStack();
    const tables = terms.map(({ rows, width, token }) => {
      const data = new Float32Array((token.length + 1) * width); // the first row is nothing
      data.set(rows, width);
      return owned.use(upload(model.gpu, { shape: [token.length + 1, width], data }));
    });
    const variants = variantsOf(terms, pos);
    const width = terms.reduce((sum, { width }) => sum + width, 0);
    const most = Math.max(1, Math.floor(FLOATS / (pos * Math.max(1, width))));
    for (let from = 0; from < variants.length; from += most) {
      const own = variants.slice(from, from + most);
      using held = editsOf(terms, { tables, own, pos });
      const sequences = own.map(({ sequence }) => part.sequences[sequence]);
      const asked = own.map(({ sequence }) => ({
        prompt: part.forced[sequence].prompt,
        answer: part.forced[sequence].answer.subarray(0, 1),
      }));
      const rows = askedRows(asked, pos);
      const logits = await logitsAt(model, { sequences, rows, edits: held.edits });
      own.forEach(({ item, sequence }, v) => {
        const n = part.first + sequence;
        const odds = logOdds(logits[v], forced[n].answer[0]) - before[n].logOdds;
        const KL = divergence(n, logits[v]) - before[n].KL;
        effects.logOdds[item] += odds / forced.length;
        effects.KL[item] += KL / forced.length;
      });
    }
  }
  return effects;
}

/** One item in one sequence: the terms of every hook point that it has there. */
type Variant = { item: number; sequence: number; terms: number[][] };

function variantsOf(terms: readonly Terms[], pos: number): Variant[] {
  const found = new Map<string, Variant>();
  terms.forEach(({ item, token }, hook) =>
    token.forEach((t, n) => {
      const sequence = Math.floor(t / pos), key = `${item[n]} ${sequence}`;
      const variant = found.get(key) ??
        { item: item[n], sequence, terms: terms.map(() => []) };
      variant.terms[hook].push(n);
      found.set(key, variant);
    })
  );
  return [...found.values()];
}

function editsOf(
  terms: readonly Terms[],
  { tables, own, pos }: { tables: readonly Tensor[]; own: readonly Variant[]; pos: number },
) {
  using owned = new DisposableStack();
  const edits: Record<string, Edit> = {};
  terms.forEach(({ hook, token }, h) => {
    const rows = new Uint32Array(own.length * pos);
    own.forEach((variant, v) => {
      for (const n of variant.terms[h]) rows[v * pos + token[n] % pos] = n + 1;
    });
    const index = owned.use(uploadIds(tables[h].gpu, [rows.length], rows));
    const shift = owned.use(takeRows(tables[h], index));
    edits[hook] = (x) => subtract(x, view(shift, x.shape));
  });
  const kept = owned.move();
  return { edits, [Symbol.dispose]: () => kept.dispose() };
}
