/** Rotary positions of queries and keys, with the point behind them. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { rotary, rotaryAngles } from "../../tensor/ops/rotary.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { atHeads } from "./attention.ts";
import type { Pass } from "./pass.ts";
import { type Rotary, rotaryFrequencies } from "./rotary_scaling.ts";

/** Tables of angles, by what they are made of; they go with their device. */
const known = new WeakMap<Gpu, Map<string, Tensor>>();

/**
 * Queries or keys [batch, pos, n_heads · d_head] turned by their positions, with the point `name`
 * behind it (TransformerLens' hook_rot_q, hook_rot_k); gives x up.
 */
export function turned(
  pass: Pass,
  x: Tensor,
  options: { name: string; n_heads: number; rotary: TurnedBy },
): Tensor {
  return atHeads(pass.points, turnedHeads(pass, x, options), options);
}

/** How heads turn by position, below `n_ctx`. */
export type TurnedBy = Rotary & { n_ctx: number };

/** The first `turned` heads of x turned by their positions, the others as they are; gives x up. */
export function turnedHeads(
  { points, rows, keyValues }: Pass,
  x: Tensor,
  { name, n_heads, turned, rotary: { n_ctx, ...how } }: {
    name: string;
    n_heads: number;
    turned?: number;
    rotary: TurnedBy;
  },
): Tensor {
  if (x.shape[1] > n_ctx) {
    throw new RangeError(
      `Cannot turn ${name}: expected at most ${n_ctx} positions but found ${x.shape[1]}: take ` +
        "shorter sequences",
    );
  }
  const positions = (rows ?? keyValues)?.positions;
  const y = rotary(x, anglesOf(x.gpu, how, n_ctx), { n_heads, turned, positions });
  points.drop(x);
  return y;
}

/** The table of a device, in memory that no program takes over. */
function anglesOf(gpu: Gpu, how: Rotary, n_ctx: number): Tensor {
  const tables = known.get(gpu) ?? new Map<string, Tensor>();
  known.set(gpu, tables);
  const key = JSON.stringify([how, n_ctx]), before = tables.get(key);
  if (before) return before;
  const { frequencies, factor } = rotaryFrequencies(how);
  const { shape, data } = rotaryAngles(frequencies, { n_ctx, factor });
  const bytes = 4 * shape[0] * Math.ceil(shape[1] / 4) * 4;
  const table = new Tensor(gpu, shape, gpu.lasting.allocate(bytes, { fresh: true }));
  table.write(data);
  tables.set(key, table);
  return table;
}
