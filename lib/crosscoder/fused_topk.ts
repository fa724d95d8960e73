/**
 * The losses of a TopK crosscoder with AuxK and their gradients in one operation, for GPUs: what the
 * activations topk and batchtopk with the losses squared_error or root, and auxk, come to. What AuxK
 * keeps of dead latents lies below the latents, so that one product decodes both, and one more finds
 * the gradient of each operand. A CPU adapter takes the losses one by one, whose products skip what is 0.
 * @module
 */
import source from "../../kernels/topk_loss.wgsl" with { type: "text" };
import { contribute, contributeParts, partsOfGradient } from "../tensor/contribute.ts";
import { launch } from "../tensor/launch.ts";
import { rowsOfPart } from "../tensor/ops/column_sums.ts";
import { isSummedWhole } from "../tensor/ops/matmul/pieces.ts";
import { productInto } from "../tensor/ops/matmul/product.ts";
import { topKInto } from "../tensor/ops/top_k.ts";
import { differentiable, wants } from "../tensor/tape.ts";
import { empty, type Tensor, zeros } from "../tensor/tensor.ts";
import { together } from "../tensor/together.ts";
import { rowSlice } from "../tensor/views.ts";
import { decoderNormsInto } from "./decoder_norms.ts";
import { asRows, type CoderTensors } from "./encode.ts";
import { auxLatents } from "./losses/auxk.ts";
import type { LossName } from "./losses/mod.ts";

/** Rows of a part of the batch in the kernel. */
const PART = 16;

/** What a step is told beside the crosscoder and the batch. */
export type TopKLoss = {
  /** Keeps latents of z [batch, d_sae] in `kept`, shaped like it, ranked with norms where there are some. */
  keep: (kept: Tensor, z: Tensor, norms?: Tensor) => void;
  /** Whether latents are ranked by f_i n_i. */
  ranked: boolean;
  /** The error's norms instead of its squares. */
  root: boolean;
  /** AuxK's: since_fired and dead [d_sae]. */
  memory: Readonly<Record<string, Tensor>>;
  aux_weight: number;
  dead_tokens: number;
};

/** Whether these losses of a batch x can be taken in one. */
export function takesTopKLoss(
  { W_enc, W_dec }: CoderTensors,
  x: Tensor,
  losses: readonly LossName[],
): boolean {
  const [error, aux] = losses, { gpu } = x, rows = asRows(W_dec);
  const known = losses.length === 2 && aux === "auxk";
  const largest = 4 * Math.max(2 * x.rows, W_dec.shape[0]) * Math.max(rows.pitch, W_enc.pitch);
  return known && (error === "squared_error" || error === "root") && !gpu.isCpu && !wants(x) &&
    x.rows % PART === 0 && largest <= gpu.maxBinding && [W_enc, rows].every(isSummedWhole);
}

/**
 * The whole loss of x [batch, n_sites · d_in] under a tape, its parts as weighted in it, the dead
 * latents and the mean L0 [5, 1], in the order of the composed losses'. It ends in itself.
 */
export function topkLoss({ W_enc, W_dec, b_enc, b_dec }: CoderTensors, x: Tensor, loss: TopKLoss) {
  const { gpu, rows: batch } = x, [d_sae, n_sites, d_in] = W_dec.shape, decoder = asRows(W_dec);
  const { since_fired: since, dead } = loss.memory;
  const run = (
    entry: string,
    tensors: Record<string, Tensor>,
    { part = 0, invocations = 0 } = {},
  ) =>
    launch(gpu, { name: "topk_loss", source, entry, constants: { ROOT: loss.root ? 1 : 0 } }, {
      tensors,
      params: {
        ...{ batch, latents: d_sae, n_sites, parts: batch / PART, part, stride: 0 },
        ...{ ld: acts.pitch / 4, ld_x: x.pitch / 4, width4: d_in / 4 },
        ...{ most: loss.dead_tokens, aux_weight: loss.aux_weight },
      },
      ...(invocations > 0 ? { invocations } : { workgroups: groupsOf(entry) }),
    });
  const groupsOf = (entry: string): [number, number, number] =>
    entry === "watch"
      ? [Math.ceil(acts.pitch / 64), 1, 1]
      : entry === "errors"
      ? [batch / PART, n_sites, 1]
      : [1, 1, 1];

  const acts = empty(gpu, [2 * batch, d_sae]), firing = empty(gpu, [d_sae]);
  const [kept, taught] = [0, batch].map((start) => rowSlice(acts, start, batch));
  const z = empty(gpu, kept.shape);
  const ranks = together(gpu, () => {
    const found = loss.ranked ? decoderNormsInto(W_dec, zeros(gpu, [d_sae])) : undefined;
    productInto("NN", { a: x, b: W_enc, c: z }, { bias: b_enc });
    return found;
  });
  together(gpu, () => {
    loss.keep(kept, z, ranks?.norms);
    run("watch", { acts: kept, since, dead, firing });
  });
  topKInto(taught, z, { k: auxLatents(W_dec), over: "row", weights: dead }).release();
  for (const tensor of [z, ...Object.values(ranks ?? {})]) tensor.release();

  const both = empty(gpu, [2 * batch, x.columns]);
  productInto("NN", { a: acts, b: decoder, c: both });
  const sites = empty(gpu, [2 * batch * n_sites]), weight = empty(gpu, [1]);
  const sums = empty(gpu, [batch / PART, x.columns]), stats = empty(gpu, [5, 1]);
  run("errors", { x, b_dec, both, sites, sums });
  run("weigh", { sites, sums, dead, firing, weight, stats });
  for (const tensor of [sums, firing]) tensor.release();

  differentiable(stats, [W_enc, W_dec, b_enc, b_dec], {
    loss: "whole",
    saved: [acts, both, sites, weight],
    backward: () => {
      const part = rowsOfPart(batch), parts = Math.ceil(batch / part);
      const shifts = partsOfGradient(b_dec, parts);
      const walk = (columns: number) => ({ part, invocations: parts * columns / 4 });
      run("gradients", { both, sites, weight, sums: shifts }, walk(x.pitch));
      contributeParts(b_dec, shifts);
      const grad = empty(gpu, acts.shape), encodes = [W_enc, b_enc].some(wants);
      if (encodes) {
        productInto("NT", { a: both, b: decoder, c: grad });
        const sums = partsOfGradient(b_enc, parts);
        run("mask", { acts, grad, sums }, walk(acts.pitch));
        contributeParts(b_enc, sums);
      }
      together(gpu, () => {
        contribute(W_dec, (target, accumulate) => {
          productInto("TN", { a: acts, b: both, c: asRows(target) }, { accumulate });
        });
        contribute(W_enc, (target, accumulate) => {
          const b = rowSlice(grad, 0, batch);
          productInto("TN", { a: x, b, c: target }, { accumulate });
        });
      });
      grad.release();
    },
  });
  return [stats];
}
