/**
 * Activations at sites, streamed from a model into a pool on the GPU; they never cross to the CPU. A row of the pool is
 * one token: its activations at all sites side by side, [n_sites · d_in].
 * @module
 */
import { type Program, record } from "../gpu/program.ts";
import { checkSequences } from "../model/check_sequences.ts";
import { finalNorm, type GptNeo, residual } from "../model/gpt_neo.ts";
import { makeHooks } from "../model/hooks.ts";
import { exactly, expectForm, list, maybe, text, whole } from "../io/form.ts";
import { stackColumns } from "../tensor/ops/rows.ts";
import { view } from "../tensor/ops/reshape.ts";
import { type Tensor, uploadIds, zeros } from "../tensor/tensor.ts";
import { resolveSites, type Sites } from "./sites.ts";

/** A recorded forward pass that leaves the sites of `batch` sequences in `staging` [batch · pos, n_sites · d_in]. */
export type Harvester = Sites & {
  model: GptNeo;
  batch: number;
  pos: number;
  ids: Tensor;
  staging: Tensor;
  program: Program;
};

/** Sequences of one pass, where their activations fit into a binding. */
const BATCH = 16;

/** Records the pass; `pos` is the length of the sequences, `sites` are hooks by name or glob. */
export function createHarvester(
  model: GptNeo,
  options: { sites: readonly string[]; pos: number; batch?: number },
): Harvester {
  const { gpu, config } = model;
  expectForm("harvest activations", options, harvestForm(config.n_ctx));
  const { sites, d_in } = resolveSites(config, options.sites);
  const { pos } = options;
  const fit = Math.floor(gpu.maxBinding / (4 * pos * sites.length * d_in));
  const { batch = Math.max(1, Math.min(BATCH, fit)) } = options;
  using owned = new DisposableStack();
  const ids = owned.use(uploadIds(gpu, [batch, pos], new Uint32Array(batch * pos)));
  const staging = owned.use(zeros(gpu, [batch * pos, sites.length * d_in]));
  const program = record(gpu, "harvest", () => {
    siteActivations(model, ids, { sites, d_in, out: staging });
  });
  owned.move();
  return { model, sites, d_in, batch, pos, ids, staging, program };
}

const harvestForm = (n_ctx: number) =>
  exactly({ sites: list(text), pos: whole(1, n_ctx), batch: maybe(whole(1)) });

/** ids u32 [batch, pos] → activations at all sites side by side [batch · pos, n_sites · d_in], into `out` where given. */
export function siteActivations(
  model: GptNeo,
  ids: Tensor,
  { sites, d_in, out }: Sites & { out?: Tensor },
): Tensor {
  const hooks = makeHooks(model.config.n_layers, { wanted: sites });
  using owned = new DisposableStack();
  owned.defer(() => hooks.cache.forEach((tensor) => tensor.release()));
  const resid = owned.use(residual(model, ids, { hooks }));
  if (sites.some((site) => site.startsWith("ln_final."))) {
    owned.use(finalNorm(model, resid, { hooks }));
  }
  const rows = ids.rows * ids.columns;
  return stackColumns(sites.map((site) => view(hooks.cache.get(site)!, [rows, d_in])), out);
}

/** Runs one batch; missing sequences are filled up with the first one. Returns the rows that count. */
export function harvestBatch(
  harvester: Harvester,
  sequences: readonly ArrayLike<number>[],
): number {
  const { model, batch, pos, ids, program } = harvester;
  checkSequences(model.config, sequences, { action: "harvest activations", least: pos, most: pos });
  if (sequences.length > batch) {
    throw new RangeError(
      `Cannot harvest activations: expected 1 to ${batch} sequences but found ` +
        `${sequences.length}: pass them batch by batch`,
    );
  }
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
  if (most === 0) {
    throw new RangeError(
      `Cannot make an activation pool: expected ${step} rows of ${columns} values to fit into a ` +
        `binding of ${gpu.maxBinding} bytes but found ${4 * columns * step}: take fewer sites, ` +
        "shorter sequences or a smaller batch of the harvester",
    );
  }
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
  sequences: readonly ArrayLike<number>[],
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
    staging.gpu.attribute("filling the activation pool", () => {
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(
        staging.storage.buffer,
        0,
        table.storage.buffer,
        4 * (row % perTable) * staging.pitch,
        4 * count * staging.pitch,
      );
      device.queue.submit([encoder.finish()]);
    });
  }
}

/** Gives the memory of a harvester back. */
export function releaseHarvester({ ids, staging, program }: Harvester): void {
  program[Symbol.dispose]();
  for (const tensor of [ids, staging]) tensor.release();
}

/** Gives the memory of a pool back. */
export function releasePool({ tables }: ActivationPool): void {
  for (const tensor of tables) tensor.release();
}
