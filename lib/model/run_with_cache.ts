/** Running a model and looking inside, as TransformerLens' `run_with_cache` and `run_with_hooks` do. @module */
import { type Tensor, uploadIds } from "../tensor/tensor.ts";
import { type GptNeo, logits } from "./gpt_neo.ts";
import { type Edit, makeHooks } from "./hooks.ts";

/** Token ids of equally long sequences. */
export type Tokens = ArrayLike<number>[];

/** Sequences of equal length as ids u32 [batch, pos]; throws on ids outside the vocabulary and ragged input. */
export function tokenTensor({ gpu, config }: GptNeo, tokens: Tokens): Tensor {
  const pos = tokens[0]?.length ?? 0;
  const flat = tokens.flatMap((sequence) => Array.from(sequence));
  const bad = flat.find((id) => !Number.isInteger(id) || id < 0 || id >= config.d_vocab);
  if (pos === 0 || flat.length !== tokens.length * pos || bad !== undefined || pos > config.n_ctx) {
    throw new RangeError(
      `Cannot run model: expected equally long sequences of 1 to ${config.n_ctx} ids below ` +
        `${config.d_vocab} but found lengths ${tokens.slice(0, 5).map(({ length }) => length)}` +
        `${bad === undefined ? "" : ` and id ${bad}`}: encode text with the model's own vocabulary`,
    );
  }
  return uploadIds(gpu, [tokens.length, pos], Uint32Array.from(flat));
}

/**
 * Logits [batch, pos, d_vocab] and the named activations: `runWithCache(model, tokens, ["blocks.*.hook_resid_post"])`.
 * The tensors are the caller's to release.
 */
export function runWithCache(
  model: GptNeo,
  tokens: Tokens,
  names: string[],
): { logits: Tensor; cache: Map<string, Tensor> } {
  const hooks = makeHooks(model.config.n_layers, { wanted: names });
  const ids = tokenTensor(model, tokens);
  const result = logits(model, ids, { hooks });
  return { logits: result, cache: hooks.cache };
}

/** Logits with activations replaced on the way: `{ "blocks.1.hook_resid_post": (t) => other }`. */
export function runWithHooks(model: GptNeo, tokens: Tokens, edits: Record<string, Edit>): Tensor {
  const hooks = makeHooks(model.config.n_layers, { edits });
  return logits(model, tokenTensor(model, tokens), { hooks });
}
