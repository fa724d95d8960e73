/**
 * The product through workgroup memory: GPUs, and adapters whose subgroups have no fixed width.
 * @module
 */
import type { Gpu } from "../../../gpu/gpu.ts";
import epilogueSource from "../../../../kernels/matmul/epilogue.wgsl" with { type: "text" };
import tiledSource from "../../../../kernels/matmul/tiled.wgsl" with { type: "text" };
import { launch } from "../../launch.ts";
import { bufferOperands, epilogueConstants, FORMS, type ProductCall } from "./call.ts";

/** Multiplies tiles of TILE x TILE results, 64 or 128. */
export function dispatchTiled(gpu: Gpu, call: ProductCall, { TILE }: { TILE: 64 | 128 }): void {
  const kernel = {
    name: "matmul_tiled",
    source: epilogueSource + tiledSource,
    entry: "main",
    constants: { FORM: FORMS[call.form], TILE, ...epilogueConstants(call.epilogue) },
  };
  launch(gpu, kernel, {
    ...bufferOperands(call),
    workgroups: [Math.ceil(call.m / TILE), Math.ceil(call.n / TILE), call.batch.count],
  });
}
