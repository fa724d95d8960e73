/** Σ over sites of ‖x_l − x̂_l‖², the mean over the batch. @module */
import { subtract } from "../../tensor/ops/arithmetic.ts";
import { sum } from "../../tensor/ops/sum.ts";
import type { Loss } from "./loss.ts";

const settings = {};

export const squared_error: Loss<typeof settings> = {
  name: "squared_error",
  settings,
  compute: ({ x, x_hat }) => sum(subtract(x_hat, x), { squares: true, factor: 1 / x.rows }),
};
