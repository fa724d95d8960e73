/**
 * AuxK: dead latents learn what the others leave (Gao et al. 2024, arXiv 2406.04093, section 2.4
 * and appendix A.2).
 *
 *   e = x − x̂, taken as given;  ê = decoder vectors of the k_aux largest dead latents of each row, without b_dec
 *   aux_weight · mean ‖ê − e‖² / mean ‖e − mean e‖²;  0 where no latent is dead
 *
 * A latent is dead when it fired on none of the last `dead_tokens` tokens. k_aux is d_in / 2.
 * @module
 */
import source from "../../../kernels/auxk.wgsl" with { type: "text" };
import { type Form, number, whole } from "../../io/form.ts";
import { launch } from "../../tensor/launch.ts";
import { multiply, subtract } from "../../tensor/ops/arithmetic.ts";
import { columnSumsInto } from "../../tensor/ops/column_sums.ts";
import { elementwiseInto } from "../../tensor/ops/elementwise.ts";
import { sum, sumInto } from "../../tensor/ops/sum.ts";
import { topK } from "../../tensor/ops/top_k.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { decodeFew } from "../decode_few.ts";
import type { Loss, LossState } from "./loss.ts";

const settings: { aux_weight: Form<number>; dead_tokens: Form<number> } = {
  aux_weight: number({ least: 0 }),
  dead_tokens: whole(1, 2 ** 24 - 1),
};

export const auxk: Loss<typeof settings> = {
  name: "auxk",
  settings,
  memory: (d_sae) => ({ since_fired: [d_sae], dead: [d_sae], n_dead: [1] }),
  compute: (state, { aux_weight, dead_tokens }) => {
    const { x, x_hat, z, coder: { W_dec }, memory: { dead, n_dead } } = state;
    track(state, dead_tokens);
    const error = empty(x.gpu, x.shape);
    elementwiseInto("subtract", { a: x, b: x_hat, out: error });
    const { kept } = topK(z, { k: auxLatents(W_dec), over: "row", weights: dead });
    const taught = subtract(
      decodeFew({ W_dec }, { acts: kept, z }),
      error,
    );
    const squares = sum(taught, { squares: true, factor: 1 / x.rows });
    const weight = weightOf(error, { n_dead, aux_weight });
    error.release();
    return multiply(squares, weight);
  },
  shown: ["dead"],
  metrics: ({ memory: { n_dead } }) => ({ dead: n_dead }),
};

/** k_aux of a decoder [d_sae, n_sites, d_in]. */
export function auxLatents({ shape: [d_sae, , d_in] }: Tensor): number {
  return Math.max(1, Math.min(Math.floor(d_in / 2), d_sae));
}

function track({ acts, memory: { since_fired, dead, n_dead } }: LossState, most: number): void {
  const { gpu, columns: latents, rows } = acts;
  const fired = empty(gpu, [latents]);
  columnSumsInto(fired, acts);
  launch(gpu, { name: "auxk", source, entry: "track" }, {
    tensors: { fired, since: since_fired, dead },
    params: { count4: fired.pitch / 4, latents, batch: rows, most, weight: 0 },
    invocations: fired.pitch / 4,
  });
  sumInto(n_dead, dead);
  fired.release();
}

/** aux_weight over the variance of the error [1], without a gradient. */
function weightOf(
  error: Tensor,
  { n_dead, aux_weight }: { n_dead: Tensor; aux_weight: number },
): Tensor {
  const { gpu, rows: batch } = error;
  const out = empty(gpu, [1]), squares = empty(gpu, [1]), squared_sum = empty(gpu, [1]);
  const sums = empty(gpu, [error.columns]);
  sumInto(squares, error, { squares: true });
  columnSumsInto(sums, error);
  sumInto(squared_sum, sums, { squares: true });
  launch(gpu, { name: "auxk", source, entry: "weigh" }, {
    tensors: { squares, squared_sum, n_dead, out },
    params: { count4: 1, latents: 1, batch, most: 0, weight: aux_weight },
    workgroups: 1,
  });
  for (const tensor of [squares, squared_sum, sums]) tensor.release();
  return out;
}
