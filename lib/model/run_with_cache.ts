/** Running a model and looking inside, as TransformerLens' `run_with_cache` and `run_with_hooks` do. @module */
import { type Tensor, uploadIds } from "../tensor/tensor.ts";
import { checkSequences } from "./check_sequences.ts";
import { type GptNeo, logits } from "./gpt_neo.ts";
import { type Edit, makeHooks } from "./hooks.ts";

/** Token ids of equally long sequences. */
export type Tokens = readonly ArrayLike<number>[];

/** Sequences of equal length as ids u32 [batch, pos]; throws on what `checkSequences` refuses. */
export function tokenTensor({ gpu, config }: GptNeo, tokens: Tokens): Tensor {
  const pos = checkSequences(config, tokens, { action: "run model" });
  const ids = new Uint32Array(tokens.length * pos);
  tokens.forEach((sequence, b) => ids.set(sequence, b * pos));
  return uploadIds(gpu, [tokens.length, pos], ids);
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
