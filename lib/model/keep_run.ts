/** A clean run that is kept, so that single tokens can be run again within it. @module */
import { checkSequences } from "./check_sequences.ts";
import { hookNames, makeHooks } from "./hooks.ts";
import type { KeptRun } from "./kept_rows.ts";
import { type LanguageModel, residual } from "./language_model.ts";
import { tokenTensor } from "./run_with_cache.ts";

/**
 * Runs a model over sequences of one length and keeps what single tokens need; throws on what
 * `checkSequences` refuses.
 */
export function keepRun(model: LanguageModel, sequences: readonly ArrayLike<number>[]): KeptRun {
  const { gpu, config } = model;
  const pos = checkSequences(config, sequences, { action: "keep a run" });
  const has = new Set(hookNames(model));
  const named = (point: string) =>
    Array.from({ length: config.n_layers }, (_, l) => `blocks.${l}.${point}`)
      .filter((name) => has.has(name));
  const points = { k: "attn.hook_k", v: "attn.hook_v", resid_pre: "hook_resid_pre" };
  const wanted = Object.values(points).flatMap(named);
  const hooks = makeHooks(model, { wanted });
  using ids = tokenTensor(model, sequences);
  using owned = new DisposableStack();
  const resid = owned.use(residual(model, ids, { hooks }));
  for (const tensor of hooks.cache.values()) owned.use(tensor);
  const [k, v, resid_pre] = Object.values(points).map((point) =>
    named(point).map((name) => {
      const tensor = hooks.cache.get(name)!, [, , ...rest] = tensor.shape;
      return tensor.over([sequences.length, pos, rest.reduce((a, b) => a * b, 1)]);
    })
  );
  const kept = owned.move();
  const dispose = () => kept.dispose();
  return { gpu, sequences, pos, k, v, resid_pre, resid, [Symbol.dispose]: dispose };
}
