/** A planted task as what the device's scores take: its true directions are the dictionary. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { coderConfig } from "../../crosscoder/coder_config.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { upload } from "../../tensor/tensor.ts";
import { activeLatents } from "../../crosscoder/active_latents.ts";
import type { Mlp } from "../players/mlp.ts";
import { makePlayers, type Players } from "../players/players.ts";
import type { LogicRows, LogicTask } from "./task.ts";

/** The dictionary whose latent i writes directions[i]; of its encoder nothing is used. */
export function trueDictionary(
  { features: d_sae, d_model: d_in, directions }: LogicTask,
): Crosscoder {
  const config = coderConfig({
    sites: ["blocks.0.ln2.hook_normalized"],
    d_in,
    d_sae,
    folded: true,
    recipe: "planted",
    activation: { kind: "relu" },
    normalisation: "none",
  });
  const array = (shape: number[], data = new Float32Array(shape.reduce((a, b) => a * b))) => ({
    shape,
    data,
  });
  return {
    config,
    arrays: {
      W_enc: array([1, d_in, d_sae]),
      W_dec: array([d_sae, 1, d_in], directions),
      b_enc: array([d_sae]),
      b_dec: array([1, d_in]),
    },
  };
}

/** The dictionary with its directions dealt out anew: a null that keeps every activation. */
export function permutedDictionary(coder: Crosscoder, order: ArrayLike<number>): Crosscoder {
  const { shape, data } = coder.arrays.W_dec, width = data.length / shape[0];
  const dealt = data.map((_, at) => data[order[Math.floor(at / width)] * width + at % width]);
  return { ...coder, arrays: { ...coder.arrays, W_dec: { shape, data: dealt } } };
}

/** The players of rows. Dispose of them when done. */
export function rowPlayers(
  gpu: Gpu,
  { f, x }: LogicRows,
  { mlp, coder }: { mlp: Mlp; coder: Crosscoder },
): Players {
  const { d_sae, d_in } = coder.config;
  const active = activeLatents(f, d_sae);
  using input = upload(gpu, { shape: [active.tokens, d_in], data: x });
  return makePlayers(gpu, { mlp, coder, site: 0, part: { active, x: [input] } });
}
