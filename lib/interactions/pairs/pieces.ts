/** Instances and entries in pieces whose matrices stay small. @module */
import type { Players } from "../players/players.ts";

/**
 * Rows of a piece: on a CPU adapter its differences should stay in the cache, a GPU wants many at
 * once.
 */
const ROWS = { cpu: 1024, gpu: 32_768 };

/**
 * [from, to] of pieces of `count` rows of d_mlp values, each within a binding; they begin at
 * multiples of 64 rows where as many fit.
 */
export function rowPieces(
  { gpu, W_out, z }: Pick<Players, "gpu" | "W_out" | "z">,
  count: number,
): [from: number, to: number][] {
  const widest = Math.max(z.pitch, W_out.pitch);
  const fit = Math.max(1, Math.floor(gpu.maxBinding / (4 * widest)));
  const most = Math.min(gpu.isCpu ? ROWS.cpu : ROWS.gpu, fit);
  const rows = Math.floor(most / 64) * 64 || most;
  return pieces(count, rows);
}

/** [from, to] of pieces of `count` values of which `most` go together. */
export function pieces(count: number, most: number): [from: number, to: number][] {
  return Array.from(
    { length: Math.ceil(count / most) },
    (_, n) => [n * most, Math.min(count, (n + 1) * most)],
  );
}
