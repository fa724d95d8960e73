/**
 * Splicing: the end of one context behind the beginning of another, so that text alone brings together
 * what two latents read; and HotFlip (Ebrahimi et al. 2018, arXiv 1712.06751), one token chosen by
 * gradient, at the same number of runs of the model.
 * @module
 */
import { type LanguageModel, logits } from "../../model/language_model.ts";
import { makeHooks } from "../../model/hooks.ts";
import { runWithCache, tokenTensor } from "../../model/run_with_cache.ts";
import { add } from "../../tensor/ops/arithmetic.ts";
import { crossEntropy } from "../../tensor/ops/cross_entropy.ts";
import { withGradients } from "../../tensor/gradients.ts";
import { reshape } from "../../tensor/ops/reshape.ts";
import { upload, uploadIds, zeros } from "../../tensor/tensor.ts";

/** Where a latent fires: the token at `position` of a sequence. */
export type Place = { sequence: number; position: number };

/**
 * A text that changes hands: tokens from `own` on are those of the second context, and from `counted` on
 * their losses count.
 */
export type Spliced = { ids: Uint32Array; own: number; counted: number };

/** Tokens of the second context before its latent fires, and behind it. */
const BEFORE = 3, BEHIND = 8;

/**
 * The first context up to the token of `first`, then the surroundings of `second`; cut in front to `length`
 * tokens. Undefined where a sequence is too short for either.
 */
export function spliceAt(
  text: readonly Uint32Array[],
  { first, second, length }: { first: Place; second: Place; length: number },
): Spliced | undefined {
  const from = second.position - BEFORE, to = second.position + BEHIND + 1;
  const tail = text[second.sequence].subarray(Math.max(0, from), to);
  const head = length - tail.length;
  if (from < 0 || tail.length < BEFORE + BEHIND + 1 || first.position + 1 < head) return undefined;
  const ids = new Uint32Array(length);
  ids.set(text[first.sequence].subarray(first.position + 1 - head, first.position + 1));
  ids.set(tail, head);
  return { ids, own: head, counted: head + BEFORE + 1 };
}

/** Mean losses of the counted tokens of each text, all of one length, and the share of them that the model gets wrong. */
export async function continuationLosses(
  model: LanguageModel,
  texts: readonly Spliced[],
): Promise<{ loss: number; wrong: number }[]> {
  const found = [];
  for (let at = 0; at < texts.length; at += BATCH) {
    found.push(...await lossesOf(model, texts.slice(at, at + BATCH)));
  }
  return found;
}

/** Texts of one pass. */
const BATCH = 64;

async function lossesOf(model: LanguageModel, texts: readonly Spliced[]) {
  const { gpu, config: { d_vocab } } = model, pos = texts[0].ids.length, rows = texts.length * pos;
  const targets = nextTokens(texts);
  using ids = tokenTensor(model, texts.map(({ ids }) => ids));
  using wanted = uploadIds(gpu, [rows], targets);
  using weights = upload(gpu, { shape: [rows], data: new Float32Array(rows).fill(1) });
  using result = logits(model, ids);
  const { loss, perRow } = crossEntropy(result, wanted, weights);
  loss.release();
  using each = perRow;
  const [losses, scores] = [await each.read(), await result.read()];
  return texts.map(({ counted }, n) => {
    let sum = 0, wrong = 0;
    for (let at = counted - 1; at < pos - 1; at++) {
      const row = n * pos + at;
      sum += losses[row];
      wrong += best(scores, row * d_vocab, d_vocab) === targets[row] ? 0 : 1;
    }
    const count = pos - counted;
    return { loss: sum / count, wrong: wrong / count };
  });
}

/**
 * For each text the one that HotFlip makes of it: the token in front of the second context replaced by that
 * of the vocabulary which promises the largest loss of the counted tokens, by the gradient of one run.
 */
export async function hotFlips(
  model: LanguageModel,
  texts: readonly Spliced[],
): Promise<Spliced[]> {
  const W_E = await embeddings(model), flipped = [];
  for (let at = 0; at < texts.length; at += BATCH) {
    flipped.push(...await flipsOf(model, texts.slice(at, at + BATCH), W_E));
  }
  return flipped;
}

/** What each token of the vocabulary puts into the stream, [d_vocab, d_model]: hook_embed of all of them. */
async function embeddings(model: LanguageModel): Promise<Float32Array> {
  const { d_vocab, n_ctx } = model.config;
  const rows = Array.from(
    { length: Math.ceil(d_vocab / n_ctx) },
    (_, row) =>
      Uint32Array.from({ length: n_ctx }, (_, at) => Math.min(row * n_ctx + at, d_vocab - 1)),
  );
  const { logits: all, cache } = runWithCache(model, rows, ["hook_embed"]);
  all.release();
  using embedded = cache.get("hook_embed")!;
  return await embedded.read();
}

async function flipsOf(model: LanguageModel, texts: readonly Spliced[], W_E: Float32Array) {
  const { gpu, config: { d_vocab, d_model } } = model;
  const pos = texts[0].ids.length, rows = texts.length * pos;
  const counts = new Float32Array(rows);
  texts.forEach(({ counted }, n) => counts.fill(1, n * pos + counted - 1, (n + 1) * pos - 1));
  using ids = tokenTensor(model, texts.map(({ ids }) => ids));
  using wanted = uploadIds(gpu, [rows], nextTokens(texts));
  using weights = upload(gpu, { shape: [rows], data: counts });
  using moved = zeros(gpu, [texts.length, pos, d_model]);
  moved.requiresGrad = true;
  const hooks = makeHooks(model, {
    edits: { "blocks.0.hook_resid_pre": (x) => add(x, reshape(moved, x.shape)) },
  });
  frozen(model, () => {
    withGradients(gpu, [moved], () => {
      crossEntropy(logits(model, ids, { hooks }), wanted, weights);
    });
  });
  const gradient = await moved.grad!.read();
  moved.grad!.release();
  return texts.map((text, n) => {
    const at = text.own - 1, row = (n * pos + at) * d_model;
    let chosen = 0, most = -Infinity;
    for (let token = 0; token < d_vocab; token++) {
      if (token === text.ids[at]) continue;
      let promise = 0;
      for (let d = 0; d < d_model; d++) promise += gradient[row + d] * W_E[token * d_model + d];
      if (promise > most) [chosen, most] = [token, promise];
    }
    const ids = text.ids.slice();
    ids[at] = chosen;
    return { ...text, ids };
  });
}

/** Runs `body` while no weight of the model wants a gradient. */
function frozen({ parameters: { tensors } }: LanguageModel, body: () => void): void {
  const wanting = Object.values(tensors).filter(({ requiresGrad }) => requiresGrad);
  for (const tensor of wanting) tensor.requiresGrad = false;
  try {
    body();
  } finally {
    for (const tensor of wanting) tensor.requiresGrad = true;
  }
}

function nextTokens(texts: readonly Spliced[]): Uint32Array {
  const pos = texts[0].ids.length;
  return Uint32Array.from({ length: texts.length * pos }, (_, row) => {
    const { ids } = texts[Math.floor(row / pos)];
    return ids[Math.min(row % pos + 1, pos - 1)];
  });
}

function best(scores: Float32Array, from: number, count: number): number {
  let found = 0;
  for (let at = 1; at < count; at++) if (scores[from + at] > scores[from + found]) found = at;
  return found;
}
