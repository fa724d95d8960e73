/**
 * What two active latents do together at each neuron, [instances, d_mlp]: one of the modes of
 * kernels/interactions/pair_differences.wgsl over a piece of the instances.
 * @module
 */
import source from "../../../kernels/interactions/pair_differences.wgsl" with { type: "text" };
import { launch } from "../../tensor/launch.ts";
import { empty, type Tensor, upload, uploadIds } from "../../tensor/tensor.ts";
import type { Players } from "../players/players.ts";
import { phiKernel } from "./phi.ts";
import type { Runs } from "./runs.ts";

/** The modes of the kernel, which describes them. */
const MODES = [
  "mixed",
  "product",
  "slope_i",
  "slope_j",
  "flips",
  "dominant",
  "least",
  "dominant_i",
  "dominant_j",
] as const;

/** What the kernel computes. */
export type Mode = typeof MODES[number];

/** `rest` is what stands beside the two contributions; `sign` −1 takes them away from it. */
export type Differences = { mode: Mode; rest?: Tensor; dominant?: Tensor; sign?: 1 | -1 };

/** Runs of pieces on the device. Dispose of them when done. */
export type DeviceRuns = Pick<Runs, "pieces"> & {
  runs: Tensor;
  others: Tensor;
  [Symbol.dispose](): void;
};

/** Uploads runs. */
export function uploadRuns({ gpu }: Players, { runs, others, pieces }: Runs): DeviceRuns {
  using owned = new DisposableStack();
  const tensors = {
    runs: owned.use(uploadIds(gpu, [runs.length], runs)),
    others: owned.use(uploadIds(gpu, [others.length], others)),
  };
  const kept = owned.move();
  return { pieces, ...tensors, [Symbol.dispose]: () => kept.dispose() };
}

/** The runs of a piece by its number. */
export type PieceOf = { players: Players; runs: DeviceRuns; piece: number };

/** D [rows, d_mlp] is overwritten with the differences of a piece. */
export function differencesInto(
  D: Tensor,
  of: PieceOf,
  { mode, rest, dominant, sign = 1 }: Differences,
): void {
  const { latent, act, w } = of.players;
  dispatch(D, of, {
    constants: { METRIC: MODES.indexOf(mode) },
    tensors: { latent, act, w, rest, dominant },
    sign,
    scale: 1,
  });
}

/** A random order of the entries of every token, on the device. Dispose of it when done. */
export type Order = { place: Uint32Array; latent: Tensor; act: Tensor; [Symbol.dispose](): void };

/** `place` gives each entry the place at which it stands in the order. */
export function uploadOrder({ gpu, active }: Players, place: Uint32Array): Order {
  const { latent, act } = active, moved = { latent: latent.slice(), act: act.slice() };
  place.forEach((to, entry) => {
    moved.latent[to] = latent[entry];
    moved.act[to] = act[entry];
  });
  using owned = new DisposableStack();
  const tensors = {
    latent: owned.use(uploadIds(gpu, [latent.length], moved.latent)),
    act: owned.use(upload(gpu, { shape: [act.length], data: moved.act })),
  };
  const kept = owned.move();
  return { place, ...tensors, [Symbol.dispose]: () => kept.dispose() };
}

/**
 * D (+)= scale · I(a_i, a_j; c + Σ a of the entries before both in the order): one permutation's
 * share of the Shapley-Taylor index.
 */
export function shapleyTaylorInto(
  D: Tensor,
  { order: { latent, act }, ...of }: PieceOf & { order: Order },
  { scale, accumulate }: { scale: number; accumulate: boolean },
): void {
  const { w, c: rest, start } = of.players;
  dispatch(D, of, {
    constants: { METRIC: 0, PREFIX: 1, ADD: accumulate ? 1 : 2 },
    tensors: { latent, act, w, rest, start },
    sign: 1,
    scale,
  });
}

function dispatch(
  D: Tensor,
  { players: { gpu, activation }, runs: { runs, others, pieces }, piece }: PieceOf,
  { constants, tensors, sign, scale }: {
    constants: Record<string, number>;
    tensors: Record<string, Tensor | undefined>;
    sign: number;
    scale: number;
  },
): void {
  const ld = D.pitch / 4, [first, end] = pieces[piece];
  const kernel = { name: "interactions/pair_differences", source, entry: "main", constants };
  launch(gpu, phiKernel(activation, kernel), {
    tensors: { runs, others, ...tensors, D },
    params: { first, end, ld, sign, scale },
    invocations: [ld, end - first],
  });
}

/** A tensor for the differences of `rows` instances. */
export function emptyDifferences({ gpu, d_mlp }: Players, rows: number): Tensor {
  return empty(gpu, [rows, d_mlp]);
}
