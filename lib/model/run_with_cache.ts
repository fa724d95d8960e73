/**
 * Running a model and looking inside, as TransformerLens' `run_with_cache` and `run_with_hooks` do.
 * @module
 */
import { exactly, expectForm, list, maybe, text } from "../io/form.ts";
import { type Tensor, uploadIds } from "../tensor/tensor.ts";
import { checkSequences } from "./check_sequences.ts";
import { type LanguageModel, logits } from "./language_model.ts";
import { type Edit, EDITS, makeHooks } from "./hooks.ts";

/** Token ids of equally long sequences. */
export type Tokens = readonly ArrayLike<number>[];

/** Sequences of equal length as ids u32 [batch, pos]; throws on what `checkSequences` refuses. */
export function tokenTensor({ gpu, config }: LanguageModel, tokens: Tokens): Tensor {
  const pos = checkSequences(config, tokens, { action: "run model" });
  const ids = new Uint32Array(tokens.length * pos);
  tokens.forEach((sequence, b) => ids.set(sequence, b * pos));
  return uploadIds(gpu, [tokens.length, pos], ids);
}

/** `edits` by hook name or glob; the cache then holds what they made of the activations. */
export type RunOptions = { edits?: Record<string, Edit> };

/**
 * Logits [batch, pos, d_vocab] and the named activations: `runWithCache(model, tokens,
 * ["blocks.*.hook_resid_post"])`. Logits and activations are the caller's, each to be released on
 * its own; see `Edit` for what an edit returns.
 */
export function runWithCache(
  model: LanguageModel,
  tokens: Tokens,
  names: readonly string[],
  options: RunOptions = {},
): { logits: Tensor; cache: Map<string, Tensor> } {
  expectForm("run model", names, list(text), "name hooks, as in hookNames(model)");
  expectForm("run model", options, RUN_OPTIONS, "pass { edits: { hook: function } }");
  const hooks = makeHooks(model, { wanted: names, edits: options.edits });
  const ids = tokenTensor(model, tokens);
  try {
    return { logits: logits(model, ids, { hooks }), cache: hooks.cache };
  } finally {
    ids.release();
  }
}

const RUN_OPTIONS = exactly({ edits: maybe(EDITS) });

/** Logits with activations replaced on the way: `{ "blocks.1.hook_resid_post": (t) => other }`. */
export function runWithHooks(
  model: LanguageModel,
  tokens: Tokens,
  edits: Record<string, Edit>,
): Tensor {
  expectForm("run model", edits, EDITS, "pass { hook: function }");
  return runWithCache(model, tokens, [], { edits }).logits;
}
