/**
 * ‖x_l − x̂_l‖₂, not squared: the mean over sites and batch, in which a few far outliers weigh less
 * (Minder et al. 2025, arXiv 2504.02922, and their public trainer).
 * @module
 */
import { subtract } from "../../tensor/ops/arithmetic.ts";
import { reshape } from "../../tensor/ops/reshape.ts";
import { mean } from "../../tensor/ops/sum.ts";
import { rowNorms } from "../decoder_norms.ts";
import type { Loss } from "./loss.ts";

const settings = {};

export const root: Loss<typeof settings> = {
  name: "root_error",
  settings,
  compute: ({ x, x_hat, coder: { W_dec: { shape: [, n_sites, d_in] } } }) =>
    mean(rowNorms(reshape(subtract(x_hat, x), [x.rows * n_sites, d_in]))),
};
