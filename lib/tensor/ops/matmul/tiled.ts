/**
 * The product through workgroup memory: GPUs, and adapters whose subgroups have no fixed width.
 * @module
 */
import type { Gpu } from "../../../gpu/gpu.ts";
import epilogueSource from "../../../../kernels/matmul/epilogue.wgsl" with { type: "text" };
import operandsSource from "../../../../kernels/matmul/operands.wgsl" with { type: "text" };
import tiledSource from "../../../../kernels/matmul/tiled.wgsl" with { type: "text" };
import tinySource from "../../../../kernels/matmul/tiny.wgsl" with { type: "text" };
import { launch } from "../../launch.ts";
import { bufferOperands, CHUNK, epilogueConstants, FORMS, type ProductCall } from "./call.ts";
import { FOUR_TEAMS, fourTeams, stepOf, type TileName, TILES } from "./tiles.ts";

/** Multiplies tiles of the given size. */
export function dispatchTiled(gpu: Gpu, call: ProductCall, name: TileName): void {
  if (name === "tiny") return dispatchTiny(gpu, call);
  const { BM, BN } = TILES[name], BK = stepOf(gpu, name);
  const kernel = {
    name: "matmul_tiled",
    source: epilogueSource + operandsSource + tiledSource,
    entry: "main",
    constants: {
      ...{ FORM: FORMS[call.form], BK, BM, BN, CHUNK },
      SPLIT: call.batch.split ? 1 : 0,
      LONG: call.k > CHUNK && !call.batch.split ? 1 : 0,
      ...epilogueConstants(call.epilogue),
    },
  };
  launch(gpu, kernel, {
    ...bufferOperands(call),
    workgroups: [Math.ceil(call.m / BM), Math.ceil(call.n / BN), call.batch.count],
  });
}

function dispatchTiny(gpu: Gpu, call: ProductCall): void {
  const kernel = {
    name: "matmul_tiny",
    source: epilogueSource + operandsSource + tinySource,
    entry: "main",
    constants: {
      ...{ FORM: FORMS[call.form], CHUNK },
      ...(fourTeams(gpu, call.k) ? FOUR_TEAMS : { GROUPS: 1, BK: stepOf(gpu, "tiny") }),
      ...epilogueConstants(call.epilogue),
    },
  };
  launch(gpu, kernel, {
    ...bufferOperands(call),
    workgroups: [Math.ceil(call.m / 32), Math.ceil(call.n / 32), call.batch.count],
  });
}
