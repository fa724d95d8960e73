/** Many rows of activations on the GPU, from which training draws. @module */
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import { harvestBatch, type Harvester } from "./harvester.ts";

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

/** Gives the memory of a pool back. */
export function releasePool({ tables }: ActivationPool): void {
  for (const tensor of tables) tensor.release();
}
