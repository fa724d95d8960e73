/** What a model answers while something is cancelled, prompt by prompt. @module */
import type { Edit } from "../../model/hook_points.ts";
import { makeHooks } from "../../model/hooks.ts";
import { type LanguageModel, residual, unembed } from "../../model/language_model.ts";
import { tokenTensor } from "../../model/run_with_cache.ts";
import { takeRows } from "../../tensor/ops/rows.ts";
import { uploadIds } from "../../tensor/tensor.ts";
import { askedRows } from "./forced.ts";
import type { ForcedPart } from "./read.ts";
import { divergence, logOdds, matched, surprise } from "./scores.ts";
import { editsOfShift, type Shift } from "./shift.ts";

/**
 * `logOdds` of the answer's first token; `KL` (nats) from a reference to the distribution of that
 * token, 0 where none is given; `matched`: tokens of the answer that come greedily; `loss`: mean
 * cross-entropy of the answer, nats a token.
 */
export type Outcome = { logOdds: number; KL: number; matched: number; loss: number };

/** What is to be subtracted in a part. */
export type Cancel<Part = ForcedPart> = (part: Part) => Promise<Shift>;

/** Answers that were not read: nothing can be cancelled in them. */
export type PlainPart = Pick<ForcedPart, "first" | "forced" | "pos" | "sequences">;

/**
 * The outcome of every prompt. `reference`: for each prompt the logits of a next token, as
 * `firstLogits` gives them.
 */
export async function outcomes<Part extends PlainPart>(
  { model, parts }: { model: LanguageModel; parts: readonly Part[] },
  { cancel, reference }: { cancel?: Cancel<Part>; reference?: readonly Float32Array[] } = {},
): Promise<Outcome[]> {
  const found: Outcome[] = [];
  for (const part of parts) {
    using held = editsOfShift(model.gpu, await cancel?.(part) ?? new Map());
    const rows = await answerLogits(model, part, held.edits);
    part.forced.forEach(({ answer }, n) => {
      const own = rows.splice(0, answer.length), asked = reference?.[part.first + n];
      found.push({
        logOdds: logOdds(own[0], answer[0]),
        KL: asked ? divergence(asked, own[0]) : 0,
        matched: matched(own, answer),
        loss: own.reduce((sum, logits, r) => sum + surprise(logits, answer[r]), 0) / own.length,
      });
    });
  }
  return found;
}

/** The logits behind every prompt, unedited. */
export async function firstLogits(
  { model, parts }: { model: LanguageModel; parts: readonly PlainPart[] },
): Promise<Float32Array[]> {
  const found: Float32Array[] = [];
  for (const part of parts) {
    const rows = await answerLogits(model, part, {});
    for (const { answer } of part.forced) found.push(rows.splice(0, answer.length)[0].slice());
  }
  return found;
}

async function answerLogits(
  model: LanguageModel,
  { sequences, forced, pos }: PlainPart,
  edits: Record<string, Edit>,
): Promise<Float32Array[]> {
  return await logitsAt(model, { sequences, rows: askedRows(forced, pos), edits });
}

/** Logits [d_vocab] at some of the places sequence · pos + position, in their order. */
export async function logitsAt(
  model: LanguageModel,
  { sequences, rows, edits }: {
    sequences: readonly Uint32Array[];
    rows: Uint32Array;
    edits: Record<string, Edit>;
  },
): Promise<Float32Array[]> {
  const { d_vocab } = model.config;
  using ids = tokenTensor(model, sequences);
  using resid = residual(model, ids, { hooks: makeHooks(model, { edits }) });
  using index = uploadIds(model.gpu, [rows.length], rows);
  using asked = takeRows(resid, index);
  using logits = unembed(model, asked);
  const read = await logits.read();
  return Array.from(rows, (_, r) => read.subarray(r * d_vocab, (r + 1) * d_vocab));
}
