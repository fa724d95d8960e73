/** The step that trains a BatchTopK crosscoder, and the selection in it. @module */
import { createCoderTrainer } from "../../lib/crosscoder/coder_step.ts";
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";
import { recipeOf } from "../../lib/crosscoder/recipes.ts";
import { recordCoderStep } from "../../lib/crosscoder/train.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { topK } from "../../lib/tensor/ops/top_k.ts";
import { upload, uploadIds, zeros } from "../../lib/tensor/tensor.ts";
import { timedBody, timedProgram } from "./measure.ts";
import { randomValues } from "./products.ts";
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
  const values = (shape: number[], scale: number) => ({
    shape,
    data: randomValues(shape.reduce((a, b) => a * b, 1)).map((v) => scale * v),
  });
  const recipe = recipeOf("time a step", "batchtopk");
  const trainer = createCoderTrainer(gpu, {
    config: coderConfig({
      sites: ["a", "b", "c", "d"],
      d_in: D_IN,
      d_sae: D_SAE,
      recipe: "batchtopk",
      activation: { kind: "batchtopk", k: K },
      normalisation: recipe.normalisation,
    }),
    arrays: {
      W_enc: values([SITES, D_IN, D_SAE], 0.1),
      W_dec: values([D_SAE, SITES, D_IN], 0.1),
      b_enc: values([D_SAE], 0),
      b_dec: values([SITES, D_IN], 0),
      threshold: values([D_SAE], 0),
    },
  }, { recipe, settings: { ...recipe.settings, k: K, batch: BATCH, steps: 3000 } });
  const tables = [upload(gpu, values([64 * BATCH, width], 1))];
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
