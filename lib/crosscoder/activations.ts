/**
 * Activations at sites, streamed from a model into a pool on the GPU; they never cross to the CPU. A row of the pool is
 * one token: its activations at all sites side by side, [n_sites · d_in].
 * @module
 */
import { type Program, record } from "../gpu/program.ts";
import { type GptNeo, residual } from "../model/gpt_neo.ts";
import { makeHooks } from "../model/hooks.ts";
import { stackColumns } from "../tensor/ops/rows.ts";
import { view } from "../tensor/ops/reshape.ts";
import { type Tensor, uploadIds, zeros } from "../tensor/tensor.ts";

/** Every residual stream of a model: what enters the first block and what leaves each. */
export function residualSites(n_layers: number): string[] {
  const post = Array.from({ length: n_layers }, (_, l) => `blocks.${l}.hook_resid_post`);
  return ["blocks.0.hook_resid_pre", ...post];
}

/** A recorded forward pass that leaves the sites of `batch` sequences in `staging` [batch · pos, n_sites · d_in]. */
export type Harvester = {
  model: GptNeo;
  batch: number;
  pos: number;
  ids: Tensor;
  staging: Tensor;
  program: Program;
};

/** Records the pass; `pos` is the length of the sequences. */
export function createHarvester(
  model: GptNeo,
  { sites, pos, batch = 16 }: { sites: string[]; pos: number; batch?: number },
): Harvester {
  const { gpu, config: { n_layers, d_model } } = model;
  const ids = uploadIds(gpu, [batch, pos], new Uint32Array(batch * pos));
  const staging = zeros(gpu, [batch * pos, sites.length * d_model]);
  const program = record(gpu, "harvest", () => {
    const hooks = makeHooks(n_layers, { wanted: sites });
    residual(model, ids, { hooks });
    const parts = sites.map((site) => view(hooks.cache.get(site)!, [batch * pos, d_model]));
    stackColumns(parts, staging);
  });
  return { model, batch, pos, ids, staging, program };
}

/** Runs one batch; missing sequences are filled up with the first one. Returns the rows that count. */
export function harvestBatch(harvester: Harvester, sequences: readonly Uint32Array[]): number {
  const { batch, pos, ids, program } = harvester;
  const flat = new Uint32Array(batch * pos);
  for (let b = 0; b < batch; b++) flat.set(sequences[b] ?? sequences[0], b * pos);
  ids.write(flat);
  program.run();
  return Math.min(batch, sequences.length) * pos;
}

/** Rows of activations in one or more buffers that each fit into a binding. */
export type ActivationPool = { tables: Tensor[]; rows: number };

/** Room for the activations of `count` sequences. */
export function createPool({ staging, pos }: Harvester, count: number): ActivationPool {
  const { gpu, columns, rows: step } = staging;
  const most = Math.floor(gpu.maxBinding / (4 * columns) / step) * step;
  const rows = count * pos;
  const tables = [];
  for (let start = 0; start < rows; start += most) {
    tables.push(zeros(gpu, [Math.min(most, rows - start), columns]));
  }
  return { tables, rows };
}

/** Fills the pool with the activations of exactly as many sequences as it has room for. */
export function fillPool(
  harvester: Harvester,
  { tables, rows }: ActivationPool,
  sequences: readonly Uint32Array[],
): void {
  const { batch, pos, staging } = harvester;
  if (sequences.length * pos !== rows) {
    throw new RangeError(
      `Cannot fill the activation pool: expected ${
        rows / pos
      } sequences but found ${sequences.length}: ` +
        "make the pool for this number of sequences",
    );
  }
  const { device } = staging.gpu;
  const perTable = tables[0].rows;
  for (let start = 0; start < sequences.length; start += batch) {
    const count = harvestBatch(harvester, sequences.slice(start, start + batch));
    const row = start * pos;
    const table = tables[Math.floor(row / perTable)];
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(
      staging.storage.buffer,
      0,
      table.storage.buffer,
      4 * (row % perTable) * staging.pitch,
      4 * count * staging.pitch,
    );
    device.queue.submit([encoder.finish()]);
  }
}

/** Gives the memory of a harvester back. */
export function releaseHarvester({ ids, staging, program }: Harvester): void {
  program[Symbol.dispose]();
  for (const { storage } of [ids, staging]) storage.memory.discard(storage);
}

/** Gives the memory of a pool back. */
export function releasePool({ tables }: ActivationPool): void {
  for (const { storage } of tables) storage.memory.discard(storage);
}
