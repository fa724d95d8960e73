/** What a model answers while something is cancelled, prompt by prompt. @module */
import type { Edit } from "../hook_points.ts";
import { makeHooks } from "../hooks.ts";
import { type LanguageModel, residual, unembed } from "../language_model.ts";
import { tokenTensor } from "../run_with_cache.ts";
import { takeRows } from "../../tensor/ops/rows.ts";
import { type Tensor, uploadIds } from "../../tensor/tensor.ts";
import { askedRows, type ForcedPart } from "./forced.ts";
import { answerLoss, divergence, logOdds, matched } from "./scores.ts";
import { rowLosses } from "./row_losses.ts";
import { editsOfShift, type Shift } from "./shift.ts";

/**
 * `logOdds` of the answer's first token; `KL` (nats) from a reference to the distribution of that
 * token, 0 where none is given; `matched`: tokens of the answer that come greedily; `loss`: mean
 * cross-entropy of the answer, nats a token.
 */
export type Outcome = { logOdds: number; KL: number; matched: number; loss: number };

/** What is to be subtracted in a part. */
export type Cancel<Part extends ForcedPart = ForcedPart> = (part: Part) => Promise<Shift>;

/**
 * The outcome of every prompt. `reference`: for each prompt the logits of a next token, as
 * `firstLogits` gives them.
 */
export async function outcomes<Part extends ForcedPart>(
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
        loss: answerLoss(own, answer),
      });
    });
  }
  return found;
}

/** The mean cross-entropy of every answer alone, nats a token: of texts whose words do not matter. */
export async function losses<Part extends ForcedPart>(
  { model, parts }: { model: LanguageModel; parts: readonly Part[] },
  { cancel }: { cancel?: Cancel<Part> } = {},
): Promise<number[]> {
  const found: number[] = [];
  for (const part of parts) {
    const { forced, pos, sequences } = part;
    using held = editsOfShift(model.gpu, await cancel?.(part) ?? new Map());
    const rows = askedRows(forced, pos);
    using logits = logitsTensor(model, { sequences, rows, edits: held.edits });
    const values = [...await rowLosses(logits, forced.flatMap(({ answer }) => [...answer]))];
    for (const { answer: { length } } of forced) {
      found.push(values.splice(0, length).reduce((sum, value) => sum + value, 0) / length);
    }
  }
  return found;
}

/** The logits behind every prompt, unedited. */
export async function firstLogits(
  { model, parts }: { model: LanguageModel; parts: readonly ForcedPart[] },
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
  { sequences, forced, pos }: ForcedPart,
  edits: Record<string, Edit>,
): Promise<Float32Array[]> {
  return await logitsAt(model, { sequences, rows: askedRows(forced, pos), edits });
}

/** What a pass is asked: logits at some of the places sequence · pos + position, in their order. */
type Asked = {
  sequences: readonly Uint32Array[];
  rows: Uint32Array;
  edits: Record<string, Edit>;
};

/** The logits of every row, [d_vocab] each. */
export async function logitsAt(model: LanguageModel, asked: Asked): Promise<Float32Array[]> {
  const { d_vocab } = model.config;
  using logits = logitsTensor(model, asked);
  const read = await logits.read();
  return Array.from(asked.rows, (_, r) => read.subarray(r * d_vocab, (r + 1) * d_vocab));
}

/** The same, on the device [rows, d_vocab]. */
export function logitsTensor(model: LanguageModel, { sequences, rows, edits }: Asked): Tensor {
  using ids = tokenTensor(model, sequences);
  using resid = residual(model, ids, { hooks: makeHooks(model, { edits }) });
  using index = uploadIds(model.gpu, [rows.length], rows);
  using taken = takeRows(resid, index);
  return unembed(model, taken);
}
