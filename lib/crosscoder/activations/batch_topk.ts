/**
 * The batch · k largest f_i n_i of a whole batch, f = max(z, 0) and n_i the decoder norms summed
 * over sites (Bussmann et al. 2024, arXiv 2412.06410; Minder et al. 2025, arXiv 2504.02922). A
 * single row knows of no batch, so training follows the smallest value kept, and inference is a
 * JumpReLU with that threshold over n_i.
 *
 *   running mean of steps t ≥ start:  m = β m + (1 − β) smallest,  w = β w + (1 − β);  θ = m / w
 *
 * start is step 1000, as published, or half of a shorter training; dividing by w makes a mean of
 * the few steps that a short training has, whose β^t is far from 0.
 * @module
 */
import { type Form, number, whole } from "../../io/form.ts";
import { jumprelu } from "../../tensor/ops/jumprelu.ts";
import { topK, topKInto, type TopKOptions } from "../../tensor/ops/top_k.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { runningMeanInto } from "../running_mean.ts";
import type { Activation, Given } from "./activation.ts";
import { aboveThreshold, logThresholds } from "./thresholds.ts";

/** The step, counted from 0, from which on the smallest value kept is followed. */
const START = 1000;

/** The threshold of a latent whose decoder is 0, in place of an infinite one. */
const NEVER = 1e30;

const config: { k: Form<number> } = { k: whole(1) };
const settings: { beta: Form<number> } = { beta: number({ least: 0, below: 1 }) };

function ofBatch({ rows, columns }: Tensor, k: number, { norms }: Given): TopKOptions {
  return { k: Math.min(k * rows, rows * columns), over: "all", weights: norms };
}

/** The running mean of the smallest value kept, which is released. */
function follow(smallest: Tensor, { tensors, schedule, steps }: Given, beta: number): void {
  const start = Math.min(START, Math.floor((steps ?? 0) / 2));
  if (schedule) runningMeanInto(tensors.smallest_kept, smallest, { schedule, beta, start });
  smallest.release();
}

export const batchtopk: Activation<typeof config, typeof settings> = {
  config,
  settings,
  saved: ["threshold"],
  ranks: "always",
  keepsFew: true,
  parameters: ({ threshold }) => ({ log_threshold: logThresholds(threshold) }),
  memory: { smallest_kept: [2] },
  apply: (z, given, { k, beta }) => {
    const { kept, smallest } = topK(z, ofBatch(z, k, given));
    follow(smallest, given, beta);
    return kept;
  },
  keepInto: (kept, z, given, { k, beta }) => {
    follow(topKInto(kept, z, ofBatch(z, k, given)), given, beta);
  },
  encode: (z, { tensors }) => jumprelu(z, tensors.log_threshold),
  host: aboveThreshold,
  save: ({ smallest_kept, log_threshold }, norms) => {
    const { shape } = log_threshold;
    const [mean, weight] = smallest_kept.data;
    if (weight === 0) return { threshold: { shape, data: log_threshold.data.map(Math.exp) } };
    const theta = (n: number) => n > 0 ? Math.min(mean / weight / n, NEVER) : NEVER;
    return { threshold: { shape, data: norms.map(theta) } };
  },
};
