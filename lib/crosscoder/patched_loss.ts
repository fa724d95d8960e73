/**
 * What a model loses when a site is replaced by its reconstruction:
 *
 *   recovered = (CE_zero − CE_patched) / (CE_zero − CE_original)
 *
 * over positions ≥ 1 of clean sequences, no BOS (stagewise reference 9.1, caveat). CE_zero replaces the site by zeros.
 * @module
 */
import { type GptNeo, logits, residual } from "../model/gpt_neo.ts";
import { type Edit, makeHooks } from "../model/hooks.ts";
import { crossEntropy } from "../tensor/ops/cross_entropy.ts";
import { gatherRows, stackColumns } from "../tensor/ops/rows.ts";
import { view } from "../tensor/ops/reshape.ts";
import { empty, type Tensor, upload, uploadIds, zeros } from "../tensor/tensor.ts";
import type { Crosscoder } from "./coder.ts";
import { scaledRows } from "./latents.ts";
import { decode, encode } from "./loss.ts";
import { coderTensors } from "./train.ts";

/** Cross-entropies in nats, one patched and one zeroed for each site. */
export type PatchedLoss = {
  original: number;
  patched: number[];
  zero: number[];
  recovered: number[];
};

/** Mean next-token cross-entropy of `sequences` (equal length), original and with each site replaced. */
export async function patchedLoss(
  model: GptNeo,
  coder: Crosscoder,
  sequences: readonly Uint32Array[],
): Promise<PatchedLoss> {
  const { gpu, config: { n_layers, d_model } } = model;
  const { sites, d_in, scale } = coder.config;
  const batch = sequences.length, pos = sequences[0].length, rows = batch * pos;
  const ids = uploadIds(gpu, [batch, pos], Uint32Array.from(sequences.flatMap((s) => [...s])));
  const { targets, weights } = nextTokens(sequences);
  const target = uploadIds(gpu, [rows], targets),
    weight = upload(gpu, { shape: [rows], data: weights });
  const loss = async (edits: Record<string, Edit>) => {
    const result = logits(model, ids, { hooks: makeHooks(n_layers, { edits }) });
    const { loss, perRow } = crossEntropy(result, target, weight);
    const [value] = await loss.read();
    for (const tensor of [result, loss, perRow]) tensor.release();
    return value;
  };

  const hooks = makeHooks(n_layers, { wanted: sites });
  residual(model, ids, { hooks });
  const raw = stackColumns(sites.map((site) => view(hooks.cache.get(site)!, [rows, d_model])));
  const scaled = scaledRows(gpu, coder.config);
  const x = scaled.take(raw, rows);
  const tensors = coderTensors(gpu, coder);
  const x_hat = view(decode(tensors, encode(tensors, x)), [rows * sites.length, d_in]);

  const result: PatchedLoss = { original: await loss({}), patched: [], zero: [], recovered: [] };
  for (const [l, site] of sites.entries()) {
    const index = uploadIds(
      gpu,
      [rows],
      Uint32Array.from({ length: rows }, (_, r) => r * sites.length + l),
    );
    const factors = upload(gpu, { shape: [d_in], data: new Float32Array(d_in).fill(1 / scale[l]) });
    const patched = await loss({
      [site]: () => {
        const part = empty(gpu, [rows, d_in]);
        gatherRows(part, { tables: [x_hat], index }, { factors });
        return view(part, [batch, pos, d_model]);
      },
    });
    const zero = await loss({ [site]: () => zeros(gpu, [batch, pos, d_model]) });
    result.patched.push(patched);
    result.zero.push(zero);
    result.recovered.push((zero - patched) / (zero - result.original));
    for (const { storage } of [index, factors]) storage.memory.discard(storage);
  }
  scaled.release();
  const owned: Tensor[] = [ids, target, weight, raw, x, x_hat, ...Object.values(tensors)];
  for (const { storage } of owned) storage.memory.discard(storage);
  return result;
}

/** Position p predicts token p + 1; position 0, which has seen nothing but itself, and the last one do not count. */
function nextTokens(
  sequences: readonly Uint32Array[],
): { targets: Uint32Array; weights: Float32Array } {
  const pos = sequences[0].length;
  const targets = new Uint32Array(sequences.length * pos);
  const weights = new Float32Array(sequences.length * pos);
  sequences.forEach((sequence, b) => {
    for (let p = 0; p < pos - 1; p++) {
      targets[b * pos + p] = sequence[p + 1];
      weights[b * pos + p] = p >= 1 ? 1 : 0;
    }
  });
  return { targets, weights };
}
