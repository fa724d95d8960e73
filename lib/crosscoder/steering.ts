/** Steering a model by a latent of its crosscoder. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { checkCoder } from "./check_coder.ts";
import { exactly, expectForm, number, whole } from "../io/form.ts";
import type { Edit } from "../model/hooks.ts";
import { add } from "../tensor/ops/arithmetic.ts";
import { upload } from "../tensor/tensor.ts";
import type { Crosscoder } from "./coder.ts";

/**
 * Edits for generate() and runWithCache() that add `by` times the latent's decoder vector to every
 * token at each site of a folded crosscoder of one model. The vectors stay on the device until they
 * are disposed of. After "Activation Addition", Turner et al. 2023 (arXiv 2308.10248).
 */
export function steering(
  gpu: Gpu,
  coder: Crosscoder,
  options: { latent: number; by: number },
): { edits: Record<string, Edit> } & Disposable {
  const action = "steer";
  checkCoder(action, coder, { folded: true });
  const { arrays: { W_dec }, config: { sites, d_in, d_sae } } = coder;
  const form = exactly({ latent: whole(0, d_sae - 1), by: number() });
  const { latent, by } = expectForm(action, options, form);
  const owned = new DisposableStack();
  const edits = sites.map(({ hook }, site): [string, Edit] => {
    const from = (latent * sites.length + site) * d_in;
    const data = W_dec.data.slice(from, from + d_in).map((weight) => by * weight);
    const shift = owned.use(upload(gpu, { shape: [d_in], data }));
    return [hook, (x) => add(x, shift)];
  });
  return { edits: Object.fromEntries(edits), [Symbol.dispose]: () => owned.dispose() };
}
