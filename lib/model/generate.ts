/** Continuing prompts token by token, greedily or by sampling, with cached keys and values. @module */
import type { Random } from "../random.ts";
import { takeRows } from "../tensor/ops/rows.ts";
import { view } from "../tensor/ops/reshape.ts";
import { type Tensor, uploadIds } from "../tensor/tensor.ts";
import { type GptNeo, residual, unembed } from "./gpt_neo.ts";
import { createCache, releaseCache } from "./kv_cache.ts";
import { tokenTensor } from "./run_with_cache.ts";

/** `random` samples at `temperature`; without it the likeliest token is taken (the lowest id among equals). */
export type GenerateOptions = { maxNewTokens: number; random?: Random; temperature?: number };

/** Continuations of prompts that may differ in length; throws where a prompt is empty or too long for n_ctx. */
export async function generate(
  model: GptNeo,
  prompts: ArrayLike<number>[],
  { maxNewTokens, random, temperature = 1 }: GenerateOptions,
): Promise<number[][]> {
  const { gpu, config } = model;
  const lengths = prompts.map(({ length }) => length);
  const longest = Math.max(...lengths), n_ctx = longest + maxNewTokens;
  if (Math.min(...lengths) < 1 || n_ctx > config.n_ctx) {
    throw new RangeError(
      `Cannot generate: expected prompts of 1 to ${config.n_ctx - maxNewTokens} tokens ` +
        `(n_ctx ${config.n_ctx} less ${maxNewTokens} new ones) but found lengths from ` +
        `${Math.min(...lengths)} to ${longest}: shorten the prompts or ask for fewer tokens`,
    );
  }
  const batch = prompts.length;
  const keyValues = createCache(gpu, config, { batch, n_ctx });
  const choose = (logits: Float32Array) => pick(logits, config.d_vocab, { random, temperature });
  // Prompts are padded at the end: causal attention never looks there, and new tokens overwrite the padding.
  const padded = prompts.map((prompt) =>
    Array.from({ length: longest }, (_, i) => i < prompt.length ? prompt[i] : 0)
  );
  const ids = tokenTensor(model, padded);
  const last = uploadIds(gpu, [batch], lengths.map((length, b) => b * longest + length - 1));
  const resid = residual(model, ids, { keyValues });
  const ends = takeRows(resid, last);
  let next = await nextTokens(model, ends, choose);
  for (const tensor of [resid, ends]) tensor.release();
  const result = next.map((token) => [token]);
  const one = uploadIds(gpu, [batch, 1], next);
  for (let t = 0; t < maxNewTokens - 1; t++) {
    keyValues.positions.write(lengths.map((length) => length + t));
    one.write(next);
    const stream = residual(model, one, { keyValues });
    next = await nextTokens(model, view(stream, [batch, config.d_model]), choose);
    stream.release();
    next.forEach((token, b) => result[b].push(token));
  }
  releaseCache(keyValues);
  for (const { storage } of [ids, last, one]) storage.memory.discard(storage);
  return result;
}

async function nextTokens(
  model: GptNeo,
  resid: Tensor,
  choose: (logits: Float32Array) => number[],
): Promise<number[]> {
  const logits = unembed(model, resid);
  const values = await logits.read();
  logits.release();
  return choose(values);
}

function pick(
  logits: Float32Array,
  d_vocab: number,
  { random, temperature }: { random?: Random; temperature: number },
): number[] {
  const rows = logits.length / d_vocab;
  return Array.from({ length: rows }, (_, r) => {
    const row = logits.subarray(r * d_vocab, (r + 1) * d_vocab);
    let best = 0;
    for (let i = 1; i < d_vocab; i++) if (row[i] > row[best]) best = i;
    return random ? sample(row, row[best], { random, temperature }) : best;
  });
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
