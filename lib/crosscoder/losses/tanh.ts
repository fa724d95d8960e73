/**
 * λ_S Σ_i tanh(c f_i n_i), the mean over the batch: an L1 that stops growing, so that what fires is
 * not shrunk (Anthropic, January 2025 update). With norms "per_site" each site has its own tanh.
 * @module
 */
import { type Form, number } from "../../io/form.ts";
import { multiply, scale } from "../../tensor/ops/arithmetic.ts";
import { sum } from "../../tensor/ops/sum.ts";
import { tanh as applyTanh } from "../../tensor/ops/unary.ts";
import { addAll } from "./add_all.ts";
import { type Loss, NORMS, SPARSITY } from "./loss.ts";

const settings: typeof SPARSITY & typeof NORMS & { c: Form<number> } = {
  ...SPARSITY,
  ...NORMS,
  c: number({ least: 0 }),
};

export const tanh: Loss<typeof settings> = {
  name: "sparsity",
  settings,
  compute: ({ acts, norms, lambda_S }, settings) => {
    const each = norms(settings.norms ?? "sum").map((n) => {
      return sum(applyTanh(scale(multiply(acts, n), settings.c)), { factor: 1 / acts.rows });
    });
    return multiply(addAll(each), lambda_S);
  },
};
