/** The MLPs that a penalty looks at, as the sites of a crosscoder in training see them. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { exactly, expectForm, whole } from "../../io/form.ts";
import type { HostArray } from "../../io/host_array.ts";
import type { ActivationName } from "../../model/components/mlp.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { type Tensor, upload, uploadIds } from "../../tensor/tensor.ts";
import { type Mlp, mlpOf, mlpSites } from "../players/mlp.ts";

/**
 * Of the MLPs whose inputs are sites, one behind the other: W_in [blocks, d_mlp, d_in] of what
 * training sees, so that contributions are in units of the model's own pre-activations;
 * `neurons` [2 · blocks, d_mlp], b_in and ‖w_out,k‖ of each; where sites stand in W_dec and in a
 * batch. Dispose of it when done.
 */
export type PenaltyNeurons = {
  activation: ActivationName;
  blocks: number;
  n_sites: number;
  d_sae: number;
  W_in: Tensor;
  neurons: Tensor;
  /** u32: rows of W_dec [d_sae · n_sites, d_in], block by block, and back. */
  into: Tensor;
  back: Tensor;
  /** How many rows of a batch are looked at, the first ones; u32: where their sites stand in it. */
  rows: number;
  inputs: Tensor;
  [Symbol.dispose](): void;
};

/**
 * Reads them from the device, for a look at `rows` rows of each batch. `config` of a crosscoder in training: activations are multiplied by
 * its scales. Throws where no site is the input of an MLP, or where a crosscoder reads several
 * models.
 */
export async function penaltyNeurons(
  model: LanguageModel,
  { config }: Pick<Crosscoder, "config">,
  options: { rows: number },
): Promise<PenaltyNeurons> {
  const { rows } = expectForm("penalise interactions", options, OPTIONS);
  const { gpu } = model, { sites, d_sae, scale, folded } = config;
  const found = mlpSites(model, { config } as Crosscoder);
  const mlps: Mlp[] = [];
  for (const { layer } of found) mlps.push(await mlpOf(model, layer));
  const [{ activation }] = mlps;
  // What is folded sees raw activations.
  const scales = found.map(({ site }) => folded ? 1 : scale[site]);
  const places = found.map(({ site }) => site);
  using owned = new DisposableStack();
  const tensors = {
    W_in: owned.use(upload(gpu, scaledInputs(mlps, scales))),
    neurons: owned.use(upload(gpu, neuronRows(mlps))),
    ...indices(gpu, { sites: places, n_sites: sites.length, d_sae, rows }, owned),
  };
  const kept = owned.move();
  const sizes = { activation, blocks: mlps.length, n_sites: sites.length, d_sae };
  return { ...sizes, ...tensors, rows, [Symbol.dispose]: () => kept.dispose() };
}

const OPTIONS = exactly({ rows: whole(1) });

/** W_in / scale of each MLP, [blocks, d_mlp, d_in]. */
function scaledInputs(mlps: readonly Mlp[], scales: readonly number[]): HostArray {
  const [{ W_in: { shape } }] = mlps, size = shape[0] * shape[1];
  const data = new Float32Array(mlps.length * size);
  for (const [b, { W_in }] of mlps.entries()) {
    data.set(W_in.data.map((value) => value / scales[b]), b * size);
  }
  return { shape: [mlps.length, ...shape], data };
}

/** b_in and ‖w_out,k‖ of each MLP, [2 · blocks, d_mlp]. */
function neuronRows(mlps: readonly Mlp[]): HostArray {
  const d_mlp = mlps[0].b_in.data.length;
  const data = new Float32Array(2 * mlps.length * d_mlp);
  for (const [b, { b_in, W_out: { shape: [, d_model], data: out } }] of mlps.entries()) {
    data.set(b_in.data, 2 * b * d_mlp);
    for (let k = 0; k < d_mlp; k++) {
      data[(2 * b + 1) * d_mlp + k] = Math.hypot(...out.subarray(k * d_model, (k + 1) * d_model));
    }
  }
  return { shape: [2 * mlps.length, d_mlp], data };
}

function indices(
  gpu: Gpu,
  { sites, n_sites, d_sae, rows }: {
    sites: readonly number[];
    n_sites: number;
    d_sae: number;
    rows: number;
  },
  owned: DisposableStack,
): Pick<PenaltyNeurons, "into" | "back" | "inputs"> {
  const blocks = sites.length;
  const into = new Uint32Array(blocks * d_sae);
  // Beyond all rows where no block reads a site: gathering leaves such a row as it is.
  const back = new Uint32Array(d_sae * n_sites).fill(blocks * d_sae);
  sites.forEach((site, b) => {
    for (let i = 0; i < d_sae; i++) {
      into[b * d_sae + i] = i * n_sites + site;
      back[i * n_sites + site] = b * d_sae + i;
    }
  });
  const inputs = Uint32Array.from(
    { length: blocks * rows },
    (_, at) => at % rows * n_sites + sites[Math.floor(at / rows)],
  );
  const put = (index: Uint32Array) => owned.use(uploadIds(gpu, [index.length], index));
  return { into: put(into), back: put(back), inputs: put(inputs) };
}
