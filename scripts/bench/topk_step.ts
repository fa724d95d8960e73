/** The step that trains a BatchTopK crosscoder, and the selection in it. @module */
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";
import { recordCoderStep } from "../../lib/crosscoder/train.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { topK } from "../../lib/tensor/ops/top_k.ts";
import { upload, uploadIds, zeros } from "../../lib/tensor/tensor.ts";
import { timedBody, timedProgram } from "./measure.ts";
import { randomValues } from "./products.ts";
import { recipeTrainer } from "./recipe_step.ts";
import type { Row } from "./table.ts";

const [BATCH, SITES, D_IN, D_SAE, K] = [128, 4, 64, 512, 12];

export async function* topKRows(gpu: Gpu): AsyncGenerator<Row> {
  for (const [rows, columns] of [[128, 512], [256, 1024]]) {
    const z = upload(gpu, { shape: [rows, columns], data: randomValues(rows * columns) });
    const times = await timedBody(gpu, "top k", {
      body: () => {
        const { kept, smallest } = topK(z, { k: K * rows, over: "all" });
        for (const tensor of [kept, smallest]) tensor.release();
      },
    });
    z.release();
    const bytes = 8 * rows * columns;
    yield {
      group: "kernels",
      name: `top ${K} a row of a batch, ${rows} x ${columns}`,
      ...times,
      bytes,
    };
  }
  yield await stepRow(gpu);
}

/** Six dense products of a step would be 0.2 GFLOP; those of what is kept are not counted less. */
async function stepRow(gpu: Gpu): Promise<Row> {
  const width = SITES * D_IN;
  const values = (n: number) => ({ shape: [n, width], data: randomValues(n * width) });
  const shape = { batch: BATCH, n_sites: SITES, d_in: D_IN, d_sae: D_SAE };
  const trainer = recipeTrainer(gpu, "batchtopk", shape);
  const tables = [upload(gpu, values(64 * BATCH))];
  const index = uploadIds(gpu, [64 * BATCH], Uint32Array.from({ length: 64 * BATCH }, (_, i) => i));
  const x = zeros(gpu, [BATCH, width]);
  using step = recordCoderStep(trainer, {
    name: "BatchTopK",
    x,
    config: coderConfig({ sites: ["a", "b", "c", "d"], d_in: D_IN, d_sae: D_SAE }),
    feed: { pool: { tables, rows: 64 * BATCH }, index, perRound: 64, feed: () => {} },
  });
  const times = await timedProgram(step);
  trainer.release();
  for (const tensor of [...tables, index, x]) tensor.release();
  return {
    group: "steps",
    name: `BatchTopK step, ${BATCH} of ${SITES} x ${D_IN} -> ${D_SAE}, k ${K}`,
    ...times,
    flop: 6 * 2 * BATCH * width * D_SAE,
    note: `${step.size} dispatches`,
  };
}
