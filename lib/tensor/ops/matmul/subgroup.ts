/**
 * The product by subgroup broadcasts straight from buffers: small products on CPU adapters.
 * @module
 */
import type { Gpu } from "../../../gpu/gpu.ts";
import epilogueSource from "../../../../kernels/matmul/epilogue.wgsl" with { type: "text" };
import subgroupSource from "../../../../kernels/matmul/subgroup.wgsl" with { type: "text" };
import { launch } from "../../launch.ts";
import { bufferOperands, epilogueConstants, FORMS, type ProductCall } from "./call.ts";

/**
 * Rows of a tile: sixty-four, or what TN needs on wide subgroups, where a lane loads four rows at a
 * time.
 */
function rowsOfTile(gpu: Gpu): number {
  return Math.max(64, 4 * gpu.subgroupSize);
}

/** Multiplies without packing; subgroups of a fixed width must be there. */
export function dispatchSubgroup(gpu: Gpu, call: ProductCall): void {
  const TM = rowsOfTile(gpu), SG = gpu.subgroupSize;
  const kernel = {
    name: "matmul_subgroup",
    source: epilogueSource + subgroupSource,
    entry: "main",
    constants: { FORM: FORMS[call.form], TM, SG, ...epilogueConstants(call.epilogue) },
  };
  launch(gpu, kernel, {
    ...bufferOperands(call),
    workgroups: [Math.ceil(call.m / TM), Math.ceil(call.n / (4 * SG)), call.batch.count],
  });
}
