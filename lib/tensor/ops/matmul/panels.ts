/**
 * The product on CPU adapters: operands packed into textures, then one kernel for all forms.
 * @module
 */
import type { Gpu } from "../../../gpu/gpu.ts";
import type { BufferRange } from "../../../gpu/recorder.ts";
import { TEXEL_SHIFT, type Texels } from "../../../gpu/textures.ts";
import epilogueSource from "../../../../kernels/matmul/epilogue.wgsl" with { type: "text" };
import panelsSource from "../../../../kernels/matmul/panels.wgsl" with { type: "text" };
import packSource from "../../../../kernels/matmul/pack_panels.wgsl" with { type: "text" };
import { launch, MOST_WORKGROUPS } from "../../launch.ts";
import {
  epilogueBindings,
  epilogueConstants,
  type ProductCall,
  rangeFrom,
  type Sizes,
} from "./call.ts";

/**
 * Rows of a tile, and groups of four columns that a lane owns. More accumulators than 256 are
 * slower.
 */
const TM = 32, J = 2;
const PACK_WORKGROUP = 64, ALONG = 16;

/** One operand as the pack kernel sees it: `rows` of the product, of `k` terms each. */
type Operand = {
  range: BufferRange;
  rows: number;
  k: number;
  ld: number;
  /** True where the tensor is [k, rows]. */
  transposed: boolean;
  group: number;
  batch: number;
  stride: number;
};

function rowsOfTile(gpu: Gpu): number {
  return Math.max(TM, gpu.subgroupSize);
}

/**
 * True where subgroups are there and both packed operands fit into textures and into the grid that
 * packs them.
 */
export function panelsFit(gpu: Gpu, { m, n, k }: Sizes, batch = 1): boolean {
  const { textures } = gpu.memory;
  const k4 = Math.ceil(k / 4), SG = gpu.subgroupSize;
  return SG > 0 && k4 <= MOST_WORKGROUPS &&
    textures.holds(batch * blocks(m, rowsOfTile(gpu)) * rowsOfTile(gpu) * k4) &&
    textures.holds(batch * blocks(n, 4 * J * SG) * 4 * J * SG * k4);
}

function blocks(rows: number, block: number): number {
  return Math.ceil(rows / block);
}

/** Packs both operands and multiplies the panels. */
export function dispatchPanels(gpu: Gpu, call: ProductCall): void {
  const { form, m, n, k, a, b, batch, skip } = call;
  const SG = gpu.subgroupSize, tm = rowsOfTile(gpu), tn = 4 * J * SG;
  const packed = batch.split ? 1 : batch.count;
  const k4 = Math.ceil(k / 4);
  const panelsA = pack(gpu, {
    range: rangeFrom(a, skip.a),
    rows: m,
    k,
    ld: a.pitch / 4,
    transposed: form === "TN",
    group: tm / SG,
    batch: packed,
    stride: batch.a,
  });
  const panelsB = pack(gpu, {
    range: rangeFrom(b, skip.b),
    rows: n,
    k,
    ld: b.pitch / 4,
    transposed: form !== "NT",
    group: 4 * J,
    batch: packed,
    stride: batch.b,
  });
  const kernel = {
    name: "matmul_panels",
    source: epilogueSource + panelsSource,
    entry: "main",
    constants: { TM: tm, SG, J, SHIFT: TEXEL_SHIFT, ...epilogueConstants(call.epilogue) },
  };
  const steps = batch.split ? batch.k / 4 : k4;
  launch(gpu, kernel, {
    tensors: { A: panelsA.view, B: panelsB.view, ...epilogueBindings(call) },
    params: {
      m,
      n,
      steps,
      split: batch.split ? 1 : 0,
      length: k4,
      ldc: call.c.pitch / 4,
      batch_a: batch.split ? steps * tm : blocks(m, tm) * tm * k4,
      batch_b: batch.split ? steps * tn : blocks(n, tn) * tn * k4,
      batch_c: batch.c,
    },
    workgroups: [blocks(m, tm), blocks(n, tn), batch.count],
  });
  gpu.memory.textures.release(panelsA);
  gpu.memory.textures.release(panelsB);
}

function pack(gpu: Gpu, operand: Operand): Texels {
  const { range, rows, k, ld, transposed, group, batch, stride } = operand;
  const SG = gpu.subgroupSize, k4 = Math.ceil(k / 4);
  const size = blocks(rows, SG * group) * SG * group * k4;
  const panels = gpu.memory.textures.allocate(batch * size);
  const kernel = {
    name: "pack_panels",
    source: packSource,
    entry: transposed ? "columns" : "rows",
    constants: { SG, SHIFT: TEXEL_SHIFT, WG: PACK_WORKGROUP, ALONG },
  };
  launch(gpu, kernel, {
    tensors: { a: range, panels: panels.view },
    params: { rows, k, ld, log_group: Math.log2(group), batch_in: stride, batch_out: size },
    workgroups: transposed
      ? [Math.ceil(rows / (4 * PACK_WORKGROUP)), k4, batch]
      : [Math.ceil(rows / PACK_WORKGROUP), Math.ceil(k4 / ALONG), batch],
  });
  return panels;
}
