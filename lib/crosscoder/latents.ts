/**
 * When latents fire: counts for each token, and for each latent its largest activations.
 * @module
 */
import source from "../../kernels/latents.wgsl" with { type: "text" };
import type { LanguageModel } from "../model/language_model.ts";
import { gatherRowsInto } from "../tensor/ops/rows.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { expectTensors } from "../tensor/expect.ts";
import { launch } from "../tensor/launch.ts";
import { MOST_ITERATIONS } from "../tensor/ops/grid.ts";
import { empty, type Tensor, upload, uploadIds, zeros } from "../tensor/tensor.ts";
import { readIds } from "../tensor/read.ts";
import { rowChunks, rowSlice } from "../tensor/views.ts";
import { createHarvester, harvestedRows, releaseHarvester } from "./harvest/harvester.ts";
import { asModels, type Models } from "./harvest/models.ts";
import { type CoderConfig, type Crosscoder, unfolded } from "./coder.ts";
import { encode, uploadCoder } from "./encode.ts";
import { scaleVector } from "./initialise.ts";
import { prepareCoder } from "./prepare.ts";

/** How many of the largest activations are kept for each latent. */
const TOP = 5;

/** Running statistics of latents: all start at zero. */
export type LatentTops = { fired: Tensor; top_acts: Tensor; top_row: Tensor; base: Tensor };

/** Adds a batch acts [rows, d_sae] whose first row has the number `base`. */
export function addToTops({ fired, top_acts, top_row, base }: LatentTops, acts: Tensor): void {
  for (const { piece, start } of rowChunks(acts, acts.pitch, MOST_ITERATIONS)) {
    launch(acts.gpu, { name: "latents", source, entry: "top_rows" }, {
      tensors: { values: piece, fired, top_acts, top_row, base },
      params: { rows: piece.rows, first: start, ld: acts.pitch / 4, latents: acts.columns },
      invocations: acts.columns,
    });
  }
}

/** One of the largest activations of a latent: which sequence, which token in it. */
export type TopActivation = { activation: number; example: number; position: number };

/** How often each latent fires on `n_tokens` tokens, and its largest activations there. */
export type Contexts = { n_tokens: number; fired: number[]; top: TopActivation[][] };

/**
 * Runs a model, or several by name, over sequences of one length and collects the contexts of every
 * latent of a crosscoder, folded or not.
 */
export async function topContexts(
  model: LanguageModel | Models,
  crosscoder: Crosscoder,
  sequences: readonly ArrayLike<number>[],
): Promise<Contexts> {
  const models = asModels(model);
  const { coder, pos } = prepareCoder(models, crosscoder, { action: ACTION, sequences });
  const { sites } = coder.config;
  using owned = new DisposableStack();
  const harvester = owned.adopt(createHarvester({ models, sites, pos }), releaseHarvester);
  const { gpu } = harvester.common;
  return await rowContexts(gpu, coder, { batches: harvestedRows(harvester, sequences), pos });
}

const ACTION = "find contexts";

/**
 * The same on batches of raw activations [rows, n_sites · d_in], whole sequences of `pos` tokens in
 * their order, whatever they come from.
 */
export async function rowContexts(
  gpu: Gpu,
  crosscoder: Crosscoder,
  { batches, pos }: { batches: Iterable<Tensor>; pos: number },
): Promise<Contexts> {
  const coder = unfolded(ACTION, crosscoder);
  const { sites, d_in, d_sae } = coder.config, width = sites.length * d_in;
  using owned = new DisposableStack();
  const onDevice = owned.use(uploadCoder(gpu, coder));
  const tops: LatentTops = {
    fired: zeros(gpu, [d_sae], "u32"),
    top_acts: zeros(gpu, [TOP, d_sae]),
    top_row: zeros(gpu, [TOP, d_sae], "u32"),
    base: zeros(gpu, [1], "u32"),
  };
  for (const tensor of Object.values(tops)) owned.use(tensor);
  const scaled = owned.use(scaledRows(gpu, coder.config));
  let n_tokens = 0;
  for (const raw of batches) {
    const { rows } = raw;
    expectTensors(ACTION, { activations: [raw, { shape: [rows, width] }] });
    tops.base.write([n_tokens]);
    using x = scaled.take(raw, rows);
    using acts = encode(onDevice, x);
    addToTops(tops, acts);
    n_tokens += rows;
  }
  const [fired, acts, rows] = await Promise.all([
    readIds(tops.fired),
    tops.top_acts.read(),
    readIds(tops.top_row),
  ]);
  const top = Array.from(
    { length: d_sae },
    (_, i) =>
      Array.from({ length: TOP }, (_, t) => t * d_sae + i).filter((at) => acts[at] > 0)
        .map((at) => ({
          activation: acts[at],
          example: Math.floor(rows[at] / pos),
          position: rows[at] % pos,
        })),
  );
  return { n_tokens, fired: Array.from(fired), top };
}

/** Rows of raw activations scaled as training scaled them; dispose of it when done. */
export function scaledRows(gpu: LanguageModel["gpu"], config: CoderConfig) {
  const factors = upload(gpu, { shape: [scaleVector(config).length], data: scaleVector(config) });
  const indices = new Map<number, Tensor>();
  return {
    /** The first `rows` rows of `staging`, scaled, as a new tensor. */
    take(staging: Tensor, rows: number): Tensor {
      const index = indices.get(rows) ??
        uploadIds(gpu, [rows], Uint32Array.from({ length: rows }, (_, r) => r));
      indices.set(rows, index);
      const x = empty(gpu, [rows, staging.columns]);
      gatherRowsInto(x, { tables: [rowSlice(staging, 0, rows)], index }, { factors });
      return x;
    },
    [Symbol.dispose](): void {
      for (const tensor of [factors, ...indices.values()]) tensor.release();
    },
  };
}
