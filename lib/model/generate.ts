/**
 * Continuing prompts token by token, greedily or by sampling, with cached keys and values.
 * @module
 */
import { exactly, expectForm, maybe, number, whole } from "../io/form.ts";
import { type Random, randomForm } from "../numerics/random.ts";
import { takeRows } from "../tensor/ops/rows.ts";
import { view } from "../tensor/ops/reshape.ts";
import { type Tensor, uploadIds } from "../tensor/tensor.ts";
import { checkSequences } from "./check_sequences.ts";
import { type Edit, EDITS, makeHooks } from "./hooks.ts";
import { type LanguageModel, residual, unembed } from "./language_model.ts";
import { createCache, type KeyValueCache, releaseCache } from "./kv_cache.ts";
import { tokenTensor } from "./run_with_cache.ts";

/**
 * `random` samples at `temperature`, 1 by default; without it, or at temperature 0, the likeliest
 * token is taken (the lowest id among equals). `edits`, by hook, change the pass over the prompts,
 * which are filled up to the longest; tokens that are new are read as they come.
 */
export type GenerateOptions = {
  maxNewTokens: number;
  random?: Random;
  temperature?: number;
  edits?: Record<string, Edit>;
};

/**
 * Continuations of prompts, which may differ in length; none where `maxNewTokens` is 0. Throws
 * where a prompt is empty, too long for n_ctx with its new tokens, or has ids beyond the
 * vocabulary, on options out of range, and on a temperature above 0 with nothing to sample by.
 */
export async function generate(
  model: LanguageModel,
  prompts: readonly ArrayLike<number>[],
  options: GenerateOptions,
): Promise<number[][]> {
  const { gpu, config } = model;
  expectForm("generate", options, generateForm(config.n_ctx));
  const { maxNewTokens, random, temperature = 1, edits } = options;
  if (random === undefined && options.temperature !== undefined && temperature > 0) {
    throw new RangeError(
      `Cannot generate: expected random with a temperature above 0 but found ${temperature} alone: ` +
        'pass random: stream(0, "sample"), or leave the temperature out to be greedy',
    );
  }
  const longest = checkSequences(config, prompts, {
    action: `generate ${maxNewTokens} new tokens within n_ctx ${config.n_ctx}`,
    most: config.n_ctx - maxNewTokens,
    ragged: true,
  });
  if (maxNewTokens === 0) return prompts.map(() => []);
  const lengths = prompts.map(({ length }) => length), n_ctx = longest + maxNewTokens;
  const batch = prompts.length;
  using owned = new DisposableStack();
  const keyValues = owned.adopt(
    createCache(gpu, { n_layers: config.n_layers, width: model.architecture.keyWidth(config) }, {
      batch,
      n_ctx,
    }),
    releaseCache,
  );
  const choose = (logits: Float32Array) =>
    pick(logits, config.d_vocab, {
      random: temperature > 0 ? random : undefined,
      temperature,
    });
  // Prompts are padded at the end: causal attention never looks there, and new tokens overwrite the
  // padding.
  const padded = prompts.map((prompt) =>
    Array.from({ length: longest }, (_, i) => i < prompt.length ? prompt[i] : 0)
  );
  const ends = owned.use(
    lastPositions(model, tokenTensor(model, padded), { lengths, keyValues, edits }),
  );
  let next = await nextTokens(model, ends, choose);
  const result = next.map((token) => [token]);
  const one = owned.use(uploadIds(gpu, [batch, 1], next));
  for (let t = 0; t < maxNewTokens - 1; t++) {
    keyValues.positions.write(lengths.map((length) => length + t));
    one.write(next);
    using stream = residual(model, one, { keyValues });
    next = await nextTokens(model, view(stream, [batch, config.d_model]), choose);
    next.forEach((token, b) => result[b].push(token));
  }
  return result;
}

/** The prompts' residual streams at their last tokens [batch, d_model]; takes `ids` over. */
function lastPositions(
  model: LanguageModel,
  ids: Tensor,
  { lengths, keyValues, edits }:
    & { lengths: number[]; keyValues: KeyValueCache }
    & Pick<GenerateOptions, "edits">,
): Tensor {
  using tokens = ids;
  const ends = lengths.map((length, b) => b * tokens.columns + length - 1);
  using last = uploadIds(model.gpu, [lengths.length], ends);
  const hooks = edits && makeHooks(model, { edits });
  using resid = residual(model, tokens, { keyValues, hooks });
  return takeRows(resid, last);
}

const generateForm = (n_ctx: number) =>
  exactly({
    maxNewTokens: whole(0, n_ctx - 1),
    random: maybe(randomForm),
    temperature: maybe(number({ least: 0 })),
    edits: maybe(EDITS),
  });

async function nextTokens(
  model: LanguageModel,
  resid: Tensor,
  choose: (logits: Float32Array) => number[],
): Promise<number[]> {
  using logits = unembed(model, resid);
  return choose(await logits.read());
}

function pick(
  logits: Float32Array,
  d_vocab: number,
  { random, temperature }: { random?: Random; temperature: number },
): number[] {
  const rows = logits.length / d_vocab;
  return Array.from({ length: rows }, (_, r) => {
    const row = logits.subarray(r * d_vocab, (r + 1) * d_vocab);
    checkLogits(row);
    let best = 0;
    for (let i = 1; i < d_vocab; i++) if (row[i] > row[best]) best = i;
    return random ? sample(row, row[best], { random, temperature }) : best;
  });
}

function checkLogits(row: Float32Array): void {
  const bad = row.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new RangeError(
    `Cannot generate: expected finite logits but found ${row[bad]} for id ${bad}: ` +
      "look at the model's weights",
  );
}

function sample(
  row: Float32Array,
  top: number,
  { random, temperature }: { random: Random; temperature: number },
): number {
  const weights = Float64Array.from(row, (value) => Math.exp((value - top) / temperature));
  let rest = random.uniform() * weights.reduce((a, b) => a + b, 0);
  for (let i = 0; i < weights.length; i++) {
    rest -= weights[i];
    if (rest < 0) return i;
  }
  return weights.length - 1;
}
