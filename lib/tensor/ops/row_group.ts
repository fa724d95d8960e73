/**
 * Kernels in which a group of lanes shares a row: a subgroup where its width is fixed, else a
 * workgroup.
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import type { KernelSource } from "../../gpu/kernel.ts";
import rowGroup from "../../../kernels/row_group.wgsl" with { type: "text" };

/** Invocations of a workgroup. */
const WORKGROUP = 64;

/** The constants of kernels/row_group.wgsl on this device. */
export function rowGroupConstants(gpu: Gpu): { SUBGROUP: number; WG: number; LANES: number } {
  const WG = Math.max(WORKGROUP, gpu.subgroupSize);
  return { SUBGROUP: gpu.subgroupSize > 0 ? 1 : 0, WG, LANES: gpu.subgroupSize || WG };
}

/** A kernel whose text follows that of kernels/row_group.wgsl; a row has LANES invocations. */
export function rowGroupKernel(gpu: Gpu, kernel: KernelSource): KernelSource {
  const constants = { ...rowGroupConstants(gpu), ...kernel.constants };
  return { ...kernel, source: rowGroup + kernel.source, constants };
}
