/**
 * λ_S Σ_i f_i n_i, the mean over the batch (Lindsey et al. 2024, "Sparse Crosscoders"). With norms
 * "sum" n_i adds the norms of the sites up, and with "per_site" each site pays for itself, which is
 * the same number; with "l2" n_i is the norm over all sites at once.
 * @module
 */
import { multiply } from "../../tensor/ops/arithmetic.ts";
import { sum } from "../../tensor/ops/sum.ts";
import { type Loss, NORMS, SPARSITY } from "./loss.ts";
import { addAll } from "./add_all.ts";

const settings = { ...SPARSITY, ...NORMS };

export const l1: Loss<typeof settings> = {
  name: "sparsity",
  settings,
  compute: ({ acts, norms, lambda_S }, settings) => {
    const each = norms(settings.norms ?? "sum").map((n) =>
      sum(multiply(acts, n), { factor: 1 / acts.rows })
    );
    return multiply(addAll(each), lambda_S);
  },
};
