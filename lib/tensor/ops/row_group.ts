/** Kernels in which a team of lanes shares a row: a subgroup where its width is fixed, else a workgroup. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { type Kernel, type KernelSource, loadKernel } from "../../gpu/kernel.ts";
import team from "../../../kernels/row_group.wgsl" with { type: "text" };
import { gridFor } from "./grid.ts";

/** Invocations of a workgroup. */
const WORKGROUP = 64;

/** The constants of kernels/row_group.wgsl on this device. */
export function teamConstants(gpu: Gpu): { SUBGROUP: number; WG: number; LANES: number } {
  const WG = Math.max(WORKGROUP, gpu.subgroupSize);
  return { SUBGROUP: gpu.subgroupSize > 0 ? 1 : 0, WG, LANES: gpu.subgroupSize || WG };
}

/** A kernel whose text follows that of kernels/row_group.wgsl. */
export function loadTeamKernel(gpu: Gpu, kernel: KernelSource): Kernel {
  const constants = { ...teamConstants(gpu), ...kernel.constants };
  return loadKernel(gpu, { ...kernel, source: team + kernel.source, constants });
}

/** Workgroups such that every row has a team. */
export function teamGrid(gpu: Gpu, rows: number): [number, number, number] {
  const { WG, LANES } = teamConstants(gpu);
  return gridFor(rows, WG / LANES).workgroups;
}
