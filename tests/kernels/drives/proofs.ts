/** Max-of-K models: trained, every sequence of one decided, some evaluated in several orders. @module */
import { stream } from "../../../lib/numerics/random.ts";
import { bruteForce } from "../../../lib/proofs/gpu/brute_force.ts";
import { gpuOrders, wrongByOrder } from "../../../lib/proofs/gpu/orders.ts";
import { trainMaxOfK } from "../../../lib/proofs/gpu/train.ts";
import { type MaxOfKModel, maxOfKShapes } from "../../../lib/proofs/max_of_k.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import type { Drive } from "./drive.ts";

function training(d_model: number): Drive {
  return {
    name: `trainMaxOfK ${d_model}`,
    run: async (gpu) => {
      const config = { d_vocab: 12, d_model, d_head: 4, n_ctx: 3 };
      const trained = await trainMaxOfK(gpu, config, { seeds: [0, 1], steps: 2, batch: 16 });
      return { loss: trained.map(({ loss }) => loss) };
    },
  };
}

/** A model of random weights. */
function modelOf(v: number, K: number): MaxOfKModel {
  const config = { d_vocab: v, n_ctx: K, d_model: 4, d_head: 3 };
  const random = stream(v, `max of ${K}`);
  const weights = Object.entries(maxOfKShapes(config)).map(([name, [rows, columns]]) => [
    name,
    random.normals(rows * columns, 0.7),
  ]);
  return { config, ...Object.fromEntries(weights) };
}

const orders: Drive = {
  name: "wrongByOrder",
  run: async (gpu) => {
    const task = { sequences: [[1, 2, 4], [3, 3, 0]], orders: gpuOrders(1) };
    return { wrong_by: await wrongByOrder(gpu, modelOf(5, 3), task) };
  },
};

/** Beyond four last tokens a lane there are two columns a lane. */
function enumeration(v: number, K: number): Drive {
  return {
    name: `bruteForce ${v}^${K}`,
    run: async (gpu) => ({ right: (await bruteForce(gpu, makeTables(modelOf(v, K)))).right }),
  };
}

export const PROOFS: readonly Drive[] = [
  training(8),
  training(32),
  orders,
  enumeration(5, 2),
  enumeration(9, 4),
  enumeration(34, 2), // two columns with lanes up to 8
  enumeration(130, 2), // and up to 32; beyond, the text is that of 32 but for its constants
];
