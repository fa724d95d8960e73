/**
 * A crosscoder of both models that pays for the difference as well: BatchTopK and a loss on how well the
 * difference of the two models' activations is reconstructed (after Kassem et al. 2026, arXiv 2603.04426,
 * "Delta-Crosscoder"). Of the paper its abstract was at hand; the form and the weight of the loss are taken
 * here, after the error of the recipe that it is added to:
 *
 *   δ_l = s_l (a_other,l − a_base,l), s_l the scale of the other model's site l;  mean over sites and batch of ‖δ_l − δ̂_l‖₂
 *
 * Latents are ranked by relative norm, as those of the crosscoder without the loss.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { rowNorms } from "../../crosscoder/decoder_norms.ts";
import type { ExtraLoss } from "../../crosscoder/losses/loss.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { subtract } from "../../tensor/ops/arithmetic.ts";
import { matmul } from "../../tensor/ops/matmul/matmul.ts";
import { reshape } from "../../tensor/ops/reshape.ts";
import { mean } from "../../tensor/ops/sum.ts";
import { type Tensor, upload } from "../../tensor/tensor.ts";
import { acrossModels } from "./across_models.ts";
import { byNorm } from "./crosscoder.ts";

export const delta = acrossModels("delta-crosscoder", "Delta-crosscoder", {
  kind: "crosscoder-delta",
  source: "arXiv 2603.04426",
  score: byNorm,
  extraFlops: (numbers) => 2 * numbers * numbers, // x [1, n] · [n, n / 2], and its gradient
  extra: (gpu, fresh) => {
    const difference = differenceOf(gpu, fresh);
    return { loss: deltaLoss(difference), release: () => difference.release() };
  },
});

/**
 * The loss of a crosscoder of two models, sites of the base first; `difference`: see differenceOf, to be there
 * for as long as the training is.
 */
export function deltaLoss(difference: Tensor): ExtraLoss {
  return {
    name: "difference",
    compute: ({ x, x_hat, coder: { W_dec: { shape: [, n_sites, d_in] } } }) => {
      const error = matmul(subtract(x_hat, x), difference);
      return mean(rowNorms(reshape(error, [x.rows * n_sites / 2, d_in])));
    },
  };
}

/**
 * [2 N, N]: takes scaled activations of both models side by side to their difference in the scale of the
 * other model's sites.
 */
export function differenceOf(
  gpu: Gpu,
  { config: { scale, d_in } }: Pick<Crosscoder, "config">,
): Tensor {
  const half = scale.length / 2, N = half * d_in;
  const data = new Float32Array(2 * N * N);
  for (let j = 0; j < N; j++) {
    const l = Math.floor(j / d_in);
    data[j * N + j] = -scale[half + l] / scale[l];
    data[(N + j) * N + j] = 1;
  }
  return upload(gpu, { shape: [2 * N, N], data });
}
