/** A clean run that is kept, so that single tokens can be run again within it. @module */
import { checkSequences } from "./check_sequences.ts";
import { hookNames, makeHooks } from "./hooks.ts";
import type { KeptRun } from "./kept_rows.ts";
import { type LanguageModel, residual } from "./language_model.ts";
import type { Tensor } from "../tensor/tensor.ts";
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
  const turn = has.has("blocks.0.attn.hook_rot_k");
  const points = {
    k: turn ? "attn.hook_rot_k" : "attn.hook_k",
    v: "attn.hook_v",
    resid_pre: "hook_resid_pre",
  };
  const wanted = Object.values(points).flatMap(named);
  const hooks = makeHooks(model, { wanted });
  using ids = tokenTensor(model, sequences);
  using owned = new DisposableStack();
  const resid = owned.use(residual(model, ids, { hooks }));
  for (const tensor of hooks.cache.values()) owned.use(tensor);
  const [k, v, resid_pre] = Object.values(points).map((point) =>
    named(point).map((name) => besideWhereWhole(hooks.cache.get(name)!))
  );
  const kept = owned.move();
  const dispose = () => kept.dispose();
  return { gpu, sequences, pos, k, v, resid_pre, resid, [Symbol.dispose]: dispose };
}

/** Heads side by side where each is a multiple of four numbers wide, as rows of the run come. */
function besideWhereWhole(tensor: Tensor): Tensor {
  const [batch, pos, n_heads, d_head] = tensor.shape;
  if (d_head === undefined || d_head % 4 !== 0) return tensor;
  return tensor.over([batch, pos, n_heads * d_head]);
}
