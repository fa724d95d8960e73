/**
 * Kernels in which a group of lanes shares a row: a subgroup where its width is fixed, else a
 * workgroup.
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import type { KernelSource } from "../../gpu/kernel.ts";
import rowGroup from "../../../kernels/row_group.wgsl" with { type: "text" };

/** Invocations of a workgroup, and those that give work to all four schedulers of a GPU's core. */
const WORKGROUP = 64, TEAM = 128;

/** The constants of kernels/row_group.wgsl on this device. */
export function rowGroupConstants(gpu: Gpu): { SUBGROUP: number; WG: number; LANES: number } {
  const WG = Math.max(gpu.isCpu || gpu.subgroupSize === 0 ? WORKGROUP : TEAM, gpu.subgroupSize);
  return { SUBGROUP: gpu.subgroupSize > 0 ? 1 : 0, WG, LANES: gpu.subgroupSize || WG };
}

/** A kernel whose text follows that of kernels/row_group.wgsl; a row has LANES invocations. */
export function rowGroupKernel(gpu: Gpu, kernel: KernelSource): KernelSource {
  const constants = { ...rowGroupConstants(gpu), ...kernel.constants };
  return { ...kernel, source: rowGroup + kernel.source, constants };
}

/**
 * How norms use row groups: lanes of a workgroup and of a group, and the rows that a group takes in
 * turn. Many of them on a CPU adapter, which loads parameters for each group; on a GPU one, and in the
 * backward pass so many that sums over what all groups leave stay short.
 */
export function normGroup(
  gpu: Gpu,
  entry: "forward" | "scale" | "backward",
  ld = 0,
): { WG: number; LANES: number; ROWS: number } {
  const { LANES } = rowGroupConstants(gpu);
  // The scale of wide rows one by one, since llvmpipe leaves all loops after 65,535 turns.
  const alone = entry === "scale" && ld > 512 * LANES;
  if (gpu.isCpu) return { WG: LANES, LANES, ROWS: alone ? 1 : 32 };
  const WG = gpu.subgroupSize > 0 ? Math.max(LANES, TEAM) : LANES;
  return { WG, LANES, ROWS: entry === "backward" ? 16 : 1 };
}
