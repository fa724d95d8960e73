/**
 * A Gpu that takes every call of this library and computes nothing: for what can be known of a
 * computation without running it, such as the points of a forward pass and their shapes, the texts
 * of its kernels for an adapter that is not there, and the dispatches of a step. It needs no
 * adapter and keeps no byte of a tensor.
 * @module
 */
import type { DeviceFacts } from "./device.ts";
import { Gpu } from "./gpu.ts";
import { type SeenDispatch, type SeenKernel, standInDevice } from "./stand_in_device.ts";

export type { SeenDispatch, SeenKernel };

/** Facts of a card as cards.ts lists them: its name, which says how many units share a product, warps of 32. */
export function cardFacts({ name }: { name: string }): Partial<DeviceFacts> {
  return { description: name, isCpu: false, subgroupSize: 32, maxBinding: 2 ** 31 - 4 };
}

/** What the stand-in passes for, and who hears what is asked of it. */
export type StandInOptions = {
  /** The adapter that it passes for: a CPU one without subgroups unless told otherwise. */
  facts?: Partial<DeviceFacts>;
  /** True: reading a tensor gives zeros, so that whole trainings run. Reading throws otherwise. */
  zeros?: boolean;
  /** Hears every kernel once, when it is compiled. */
  onKernel?: (kernel: SeenKernel) => void;
  /** Hears every dispatch when it is submitted: those of a program at each of its runs. */
  onDispatch?: (dispatch: SeenDispatch) => void;
};

/**
 * A Gpu whose kernels do nothing and whose tensors have shapes alone.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { add, zeros } from "../tensor/mod.ts";
 * import { standInGpu } from "./stand_in.ts";
 * const grids: number[][] = [];
 * using gpu = standInGpu({
 *   facts: { isCpu: false, subgroupSize: 32 },
 *   onDispatch: ({ grid }) => grids.push(grid),
 * });
 * add(zeros(gpu, [1024, 64]), zeros(gpu, [1024, 64]));
 * gpu.flush();
 * assertEquals(grids.length, 1);
 * ```
 */
export function standInGpu({ facts, ...options }: StandInOptions = {}): Gpu {
  return new Gpu(standInDevice(options), {
    description: "stand-in",
    subgroupSize: 0,
    isCpu: true,
    enableSubgroups: false,
    ...facts,
  });
}
