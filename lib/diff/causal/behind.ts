/**
 * Edited passes over prompts, each read once whatever is put behind it: its keys and values are kept, and
 * every answer goes on from there.
 *
 * @module
 */
import { createCache, type KeyValueCache, releaseCache } from "../../model/kv_cache.ts";
import { type LanguageModel, residual, unembed } from "../../model/language_model.ts";
import { makeHooks } from "../../model/hooks.ts";
import { tokenTensor } from "../../model/run_with_cache.ts";
import { matched, surprise } from "../../model/forced/scores.ts";
import { rowLosses } from "../../model/forced/row_losses.ts";
import { view } from "../../tensor/ops/reshape.ts";
import { takeRows } from "../../tensor/ops/rows.ts";
import { type Tensor, uploadIds } from "../../tensor/tensor.ts";
import type { TextEdit, Variant } from "./edits/edit.ts";
import { passesOf } from "./passes.ts";

/** One answer a prompt, and what it tells: how many of its tokens come greedily, or its mean cross-entropy, nats a token. */
export type Behind = { answers: readonly Uint32Array[]; tell: "matched" | "loss" };

/**
 * Runs every variant of an edit of prompts and hands over the logits [d_vocab] behind each, and what each
 * list of answers tells there. Answers are not edited; they read the edited prompt.
 */
export async function runBehind(
  model: LanguageModel,
  { prompts, behind, edit: { variants, hold } }: {
    prompts: readonly Uint32Array[];
    behind: Readonly<Record<string, Behind>>;
    edit: TextEdit;
  },
  each: (variant: Variant, first: Float32Array, told: Record<string, number>) => void,
): Promise<void> {
  const { gpu, architecture, config: { n_layers, d_vocab, n_ctx } } = model;
  const lists = Object.entries(behind);
  const read = Math.max(
    1,
    ...lists.flatMap(([, { answers }]) => answers.map(({ length }) => length)),
  );
  const passes = passesOf(variants, {
    length: ({ prompt }) => prompts[prompt].length,
    most: n_ctx,
    logits: read * d_vocab,
  });
  for (const { own, pos } of passes) {
    const asked = own.map(({ prompt }) => prompts[prompt]);
    using owned = new DisposableStack();
    const width = architecture.keyWidth(model.config);
    const size = { batch: own.length, n_ctx: pos + read };
    const keyValues = owned.adopt(createCache(gpu, { n_layers, width }, size), releaseCache);
    const held = owned.use(hold(own, pos)), hooks = makeHooks(model, { edits: held.edits });
    using ids = tokenTensor(model, asked.map((prompt) => filledUp(prompt, pos)));
    using resid = residual(model, ids, { keyValues, hooks });
    const ends = asked.map(({ length }, v) => v * pos + length - 1);
    using index = uploadIds(gpu, [own.length], Uint32Array.from(ends));
    using last = takeRows(resid, index);
    using logits = unembed(model, last);
    const all = await logits.read();
    const first = own.map((_, v) => all.subarray(v * d_vocab, (v + 1) * d_vocab));
    const told = own.map((): Record<string, number> => ({}));
    for (const [name, { answers, tell }] of lists) {
      const mine = own.map(({ prompt }) => answers[prompt]);
      const found = await continued(model, { asked, keyValues, first }, { answers: mine, tell });
      found.forEach((value, v) => told[v][name] = value);
    }
    own.forEach((variant, v) => each(variant, first[v], told[v]));
  }
}

/** What the answers tell behind prompts whose keys and values are kept. */
async function continued(
  model: LanguageModel,
  { asked, keyValues, first }: {
    asked: readonly Uint32Array[];
    keyValues: KeyValueCache;
    first: readonly Float32Array[];
  },
  { answers, tell }: Behind,
): Promise<number[]> {
  const pos = Math.max(...answers.map(({ length }) => length)) - 1, rows = answers.length * pos;
  const alone = (v: number) =>
    tell === "loss" ? surprise(first[v], answers[v][0]) : matched([first[v]], answers[v]);
  if (pos === 0) return answers.map((_, v) => alone(v));
  keyValues.positions.write(asked.map(({ length }) => length));
  using ids = tokenTensor(model, answers.map((answer) => filledUp(answer.subarray(0, -1), pos)));
  using resid = residual(model, ids, { keyValues });
  using logits = unembed(model, view(resid, [rows, model.config.d_model]));
  if (tell === "loss") {
    const targets = new Uint32Array(rows);
    answers.forEach((answer, v) => targets.set(answer.subarray(1), v * pos));
    const losses = await rowLosses(logits, targets);
    return answers.map(({ length }, v) => {
      const own = losses.subarray(v * pos, v * pos + length - 1);
      return (alone(v) + own.reduce((sum, loss) => sum + loss, 0)) / length;
    });
  }
  return await told(logits, { answers, first, pos });
}

async function told(
  logits: Tensor,
  { answers, first, pos }: {
    answers: readonly Uint32Array[];
    first: readonly Float32Array[];
    pos: number;
  },
): Promise<number[]> {
  const read = await logits.read(), { columns } = logits;
  return answers.map((answer, v) => {
    const rows = Array.from(answer.subarray(1), (_, t) => {
      const row = v * pos + t;
      return read.subarray(row * columns, (row + 1) * columns);
    });
    return matched([first[v], ...rows], answer);
  });
}

function filledUp(tokens: Uint32Array, pos: number): Uint32Array {
  const ids = new Uint32Array(pos);
  ids.set(tokens);
  return ids;
}
