/**
 * What a model must give: a few prompts with some of their logits, which its folder carries in
 * self_test.json, and whoever loads it computes again. Another architecture, a wrong window, a
 * rotation by other angles, weights of another training give other numbers.
 * @module
 */
import type { Vocabulary } from "../data/vocabulary.ts";
import { exactly, expectForm, type Form, list, maybe, number, text, whole } from "../io/form.ts";
import { stream } from "../numerics/random.ts";
import { gatherRowsInto } from "../tensor/ops/rows.ts";
import { empty, uploadIds } from "../tensor/tensor.ts";
import type { ModelConfig } from "./architecture.ts";
import { type LanguageModel, residual, unembed } from "./language_model.ts";
import { tokenTensor } from "./run_with_cache.ts";

/** Some logits at one position of a prompt, by id, and log Σ exp over all of them. */
type StatedPosition = {
  position: number;
  log_sum_exp: number;
  ids: number[];
  logits: number[];
};

/** `text` is what the ids are, where the model's own tokenizer made them of it. */
type StatedPrompt = { text?: string; ids: number[]; positions: StatedPosition[] };

/** `tolerance`: most error, relative to the largest number stated at the position. */
export type ModelSelfTest = { tolerance: number; prompts: StatedPrompt[] };

/** Its file in a model's folder. */
export const SELF_TEST = "self_test.json";

const TOLERANCE = 1e-4; // float32 in another order of the sums; one wrong bit of an id is far beyond
const MOST_POSITIONS = 64;
const FORM: Form<ModelSelfTest> = exactly({
  tolerance: number({ above: 0, most: 0.1 }),
  prompts: list(
    exactly({
      text: maybe(text),
      ids: list(whole(), { least: 1 }),
      positions: list(
        exactly({
          position: whole(),
          log_sum_exp: number(),
          ids: list(whole(), { least: 1 }),
          logits: list(number(), { least: 1 }),
        }),
        { least: 1 },
      ),
    }),
    { least: 1 },
  ),
});

/** Lengths of the seeded prompts, as far as the model's context goes: one is beyond usual windows. */
const LENGTHS = [1, 7, 24, 300];
const TEXT = "Once upon a time, there was a little girl named Lily.";
const TOP = 8, DRAWN = 8, LAST = 2;

/**
 * What a model gives now, at the last positions of seeded prompts: its largest logits and as many
 * others. With a vocabulary that knows its words, one prompt is a text. Undefined where a logit is
 * no number.
 */
export async function makeSelfTest(
  model: LanguageModel,
  vocabulary?: Vocabulary,
): Promise<ModelSelfTest | undefined> {
  const { d_vocab, n_ctx } = model.config, prompts: StatedPrompt[] = [];
  const words = vocabulary && idsOf(vocabulary, TEXT);
  const texts = words && words.length <= n_ctx ? [{ text: TEXT, ids: words }] : [];
  const lengths = new Set(LENGTHS.map((length) => Math.min(length, n_ctx)));
  const drawn = [...lengths].map((length) => {
    const random = stream(0, `self-test ${length}`);
    return { ids: Array.from({ length }, () => random.int(d_vocab)) };
  });
  for (const prompt of [...texts, ...drawn]) {
    const { length } = prompt.ids, last = Math.min(LAST, length);
    const at = Array.from({ length: last }, (_, i) => length - last + i);
    const rows = await logitsAt(model, prompt.ids, at);
    if (rows.some((row) => !row.every(Number.isFinite))) return undefined;
    const random = stream(0, `self-test logits ${length}`);
    prompts.push({
      ...prompt,
      positions: rows.map((row, i) => {
        const others = Array.from({ length: DRAWN }, () => random.int(d_vocab));
        const ids = [...new Set([...largest(row, TOP), ...others])];
        const logits = ids.map((id) => rounded(row[id]));
        return { position: at[i], log_sum_exp: rounded(logSumExp(row)), ids, logits };
      }),
    });
  }
  return { tolerance: TOLERANCE, prompts };
}

/** The self-test that a folder's JSON states for a model of this configuration. */
export function selfTestOf(
  action: string,
  json: unknown,
  { d_vocab, n_ctx }: Pick<ModelConfig, "d_vocab" | "n_ctx">,
): ModelSelfTest {
  const todo = `correct ${SELF_TEST}, or delete it and make it again`;
  const test = expectForm(action, json, FORM, todo);
  const fail = (expected: string, found: string): never => {
    throw new RangeError(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  for (const [i, { ids, positions }] of test.prompts.entries()) {
    const which = `prompt ${i}`;
    if (ids.length > n_ctx) fail(`at most ${n_ctx} ids in ${which}`, `${ids.length}`);
    const bad = [...ids, ...positions.flatMap(({ ids }) => ids)].find((id) => id >= d_vocab);
    if (bad !== undefined) fail(`ids below ${d_vocab} in ${which}`, `${bad}`);
    if (positions.length > MOST_POSITIONS) {
      fail(`at most ${MOST_POSITIONS} positions in ${which}`, `${positions.length}`);
    }
    for (const { position, ids: stated, logits } of positions) {
      if (position >= ids.length) fail(`positions below ${ids.length} in ${which}`, `${position}`);
      if (stated.length !== logits.length) {
        fail(`a logit for each of ${stated.length} ids in ${which}`, `${logits.length}`);
      }
    }
  }
  return test;
}

/**
 * How far a model is from what its self-test states. `relative` is to the largest number stated at
 * the position; `place` is where it is largest.
 */
export type SelfTestError = {
  prompts: number;
  numbers: number;
  absolute: number;
  relative: number;
  place: string;
};

/** Computes what the self-test states. */
export async function selfTestError(
  model: LanguageModel,
  { prompts }: ModelSelfTest,
): Promise<SelfTestError> {
  const worst = { absolute: 0, relative: -1, place: "" };
  let numbers = 0;
  for (const [i, { ids, positions }] of prompts.entries()) {
    const rows = await logitsAt(model, ids, positions.map(({ position }) => position));
    for (const [p, { position, log_sum_exp, ids, logits }] of positions.entries()) {
      const stated = [...logits, log_sum_exp], row = rows[p];
      const found = [...ids.map((id) => row[id]), logSumExp(row)];
      const scale = stated.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
      for (const [j, value] of stated.entries()) {
        const off = Math.abs(found[j] - value), absolute = Number.isNaN(off) ? Infinity : off;
        worst.absolute = Math.max(worst.absolute, absolute);
        if (absolute / scale <= worst.relative) continue;
        worst.relative = absolute / scale;
        const what = j < ids.length ? `id ${ids[j]}` : "log Σ exp";
        worst.place = `prompt ${i}, position ${position}, ${what}: ${value} stated, ${
          found[j]
        } found`;
      }
      numbers += stated.length;
    }
  }
  return { prompts: prompts.length, numbers, ...worst };
}

/** A text's ids; undefined where one of its tokens is unknown. */
export function idsOf(
  { tokenizer, compactIds, unknown }: Vocabulary,
  text: string,
): number[] | undefined {
  const ids = tokenizer.encode(text).map((id) => compactIds[id]);
  return ids.every((id) => id >= 0 && id !== unknown) ? ids : undefined;
}

/** The logits [d_vocab] of one prompt at some positions; the unembedding is done for these alone. */
async function logitsAt(
  model: LanguageModel,
  ids: readonly number[],
  positions: readonly number[],
): Promise<Float32Array[]> {
  const { gpu, config: { d_model, d_vocab } } = model, count = positions.length;
  using input = tokenTensor(model, [ids]);
  using stream = residual(model, input);
  using index = uploadIds(gpu, [count], Uint32Array.from(positions));
  using rows = empty(gpu, [count, d_model]);
  gatherRowsInto(rows, { tables: [stream], index });
  using logits = unembed(model, rows);
  const values = await logits.read();
  return Array.from({ length: count }, (_, i) => values.subarray(i * d_vocab, (i + 1) * d_vocab));
}

function largest(row: Float32Array, count: number): number[] {
  const ids = Uint32Array.from(row, (_, id) => id).sort((a, b) => row[b] - row[a] || a - b);
  return [...ids.subarray(0, count)];
}

function logSumExp(row: Float32Array): number {
  const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
  return most + Math.log(row.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

/** Nine digits tell every float32 from the next. */
function rounded(value: number): number {
  return Number(value.toPrecision(9));
}
