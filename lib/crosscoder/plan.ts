/**
 * What training a crosscoder costs before it is done. FLOPs count products only (2 m n k): five of
 * them an activation, two forward and three backward, 10 N H with N = n_sites · d_in and H = d_sae;
 * those of AuxK are left out. Bytes count every operand of every product once, activations between
 * them, and 28 bytes a parameter for Adam, all of it twice: small products wait for memory too.
 * @module
 */
import type { PlannedWork } from "../tensor/rates.ts";

const FLOAT = 4;

/** How often bytes are counted: as measured for stages at smoke (192 latents) and small (512), CPU adapter. */
const TRAFFIC = 2;

/** Rows of activations: numbers in one, and latents that they are made of. */
export type CoderSize = { n_sites: number; d_in: number; d_sae: number };

/** FLOPs of learning from one row. */
export function coderFlops({ n_sites, d_in, d_sae }: CoderSize): number {
  return 10 * n_sites * d_in * d_sae;
}

/** Weights and biases, and a threshold for each latent. */
function coderParameters({ n_sites, d_in, d_sae }: CoderSize): number {
  const N = n_sites * d_in;
  return 2 * N * d_sae + 2 * d_sae + N;
}

/** One training, without what its rows cost; `trainings` alike one after the other. */
export function planCoder(
  name: string,
  size: CoderSize,
  { steps, batch, trainings = 1 }: { steps: number; batch: number; trainings?: number },
): PlannedWork {
  const N = size.n_sites * size.d_in, H = size.d_sae;
  const parameters = coderParameters(size), all = trainings * steps;
  return {
    name,
    steps: all,
    flops: all * batch * coderFlops(size),
    bytes: TRAFFIC * all *
      (parameters * (3 * FLOAT + 28) + FLOAT * batch * (8 * N + 10 * H)),
    memory: FLOAT * (4 * parameters + batch * (3 * N + 4 * H)),
    launches: all * 24,
    waits: trainings, // the log is read while further steps run
  };
}
