/** What latents do over many rows: how often they fire, how strongly at most, with how much energy. @module */
import { type Crosscoder, fold } from "../../crosscoder/coder.ts";
import { encode, uploadCoder } from "../../crosscoder/encode.ts";
import { addToTops, type LatentTops } from "../../crosscoder/latents.ts";
import { decoderRow } from "../../crosscoder/rows.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { columnSumsInto } from "../../tensor/ops/column_sums.ts";
import { readIds } from "../../tensor/read.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import type { Firing } from "./firing.ts";

/**
 * `largest` [d_sae]: the largest f ‖d‖, the length of what a latent adds to a row in raw units, d its
 * decoder rows at all sites; `energy`: the mean of (f ‖d‖)² over rows.
 */
export type LatentSums = Firing & { largest: number[]; energy: number[] };

/** Over batches of raw rows [rows, n_sites · d_in], as a crosscoder, folded or not, encodes them. */
export async function latentSums(
  gpu: Gpu,
  coder: Crosscoder,
  batches: Iterable<Tensor>,
): Promise<LatentSums> {
  const folded = coder.config.folded ? coder : fold(coder), { d_sae } = coder.config;
  using owned = new DisposableStack();
  const onDevice = owned.use(uploadCoder(gpu, folded));
  const squares = owned.use(zeros(gpu, [d_sae]));
  const tops: LatentTops = {
    fired: owned.use(zeros(gpu, [d_sae], "u32")),
    top_acts: owned.use(zeros(gpu, [5, d_sae])),
    top_row: owned.use(zeros(gpu, [5, d_sae], "u32")),
    base: owned.use(zeros(gpu, [1], "u32")),
  };
  let n_tokens = 0;
  for (const rows of batches) {
    using acts = encode(onDevice, rows);
    addToTops(tops, acts);
    columnSumsInto(squares, acts, { squares: true, accumulate: true });
    n_tokens += rows.rows;
  }
  const fired = Array.from(await readIds(tops.fired));
  const [acts, sums] = [await tops.top_acts.read(), await squares.read()];
  const norms = decoderLengths(folded);
  return {
    n_tokens,
    fired,
    largest: Array.from(norms, (norm, i) => norm * acts[i]),
    energy: Array.from(norms, (norm, i) => norm ** 2 * sums[i] / n_tokens),
  };
}

/** ‖d‖ of each latent over all sites together. */
function decoderLengths(coder: Crosscoder): Float64Array {
  return Float64Array.from(
    { length: coder.config.d_sae },
    (_, i) => Math.sqrt(decoderRow(coder, i).reduce((sum, v) => sum + v * v, 0)),
  );
}
