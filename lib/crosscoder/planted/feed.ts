/** Planted rows for training: drawn as they are needed, uploaded, and never seen twice. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { exactly, expectForm, whole } from "../../io/form.ts";
import { type Random, randomForm } from "../../numerics/random.ts";
import { type Tensor, upload, uploadIds, zeros } from "../../tensor/tensor.ts";
import type { PoolFeed } from "../harvest/feed.ts";
import { plantedRows, type PlantedTask } from "./task.ts";

const OPTIONS = exactly({ batch: whole(1), perRound: whole(1), random: randomForm });

/**
 * Batches of fresh rows in place of a model's activations; takes what a pool's feed takes.
 * `perRound` batches are uploaded at a time. What a step sees depends on the stream and the step
 * alone.
 */
export function plantedFeed(
  gpu: Gpu,
  task: PlantedTask,
  options: { batch: number; perRound: number; random: Random },
): PoolFeed {
  const { batch, perRound, random } = expectForm("feed planted rows", options, OPTIONS);
  const { n_sites, d_in } = task.options;
  const rows = batch * perRound;
  using owned = new DisposableStack();
  const table = owned.use(zeros(gpu, [rows, n_sites * d_in]));
  const index = owned.use(uploadIds(gpu, [rows], Uint32Array.from({ length: rows }, (_, r) => r)));
  let round = -1;
  const feed = (step: number) => {
    const wanted = Math.floor(step / perRound);
    if (wanted === round) return;
    table.write(plantedRows(task, rows, random.stream(`round ${wanted}`)));
    round = wanted;
  };
  feed(0);
  const kept = owned.move();
  const pool = { tables: [table], rows };
  return { pool, index, perRound, feed, release: () => kept.dispose() };
}

/** Rows that are looked at together. */
const CHUNK = 1024;

/**
 * Fresh rows of the task, batch by batch, [rows, n_sites · d_in]; each is there until the next is
 * asked for.
 */
export function* plantedBatches(
  gpu: Gpu,
  task: PlantedTask,
  { rows, random }: { rows: number; random: Random },
): Generator<Tensor> {
  const width = task.options.n_sites * task.options.d_in;
  const all = plantedRows(task, rows, random);
  for (let start = 0; start < rows; start += CHUNK) {
    const data = all.subarray(start * width, Math.min(rows, start + CHUNK) * width);
    using x = upload(gpu, { shape: [data.length / width, width], data });
    yield x;
  }
}
