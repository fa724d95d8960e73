/**
 * How a product is carried out on this adapter: which kernel, and whether a long sum is split. The
 * kernels agree to the last bit, since each sums in order of k; splitting changes the order, so it
 * depends on sizes alone.
 * @module
 */
import type { Gpu } from "../../../gpu/gpu.ts";
import sumParts from "../../../../kernels/sum_parts.wgsl" with { type: "text" };
import { launch } from "../../launch.ts";
import { empty } from "../../tensor.ts";
import { type ProductCall, type ProductForm, type Sizes, sumPieces } from "./call.ts";
import { dispatchPanels, panelsFit } from "./panels.ts";
import { dispatchSubgroup } from "./subgroup.ts";
import { dispatchTiled } from "./tiled.ts";

/** The kernels that there are for every form. */
export const VARIANTS = ["panels", "subgroup", "tiled64", "tiled128"] as const;
export type Variant = typeof VARIANTS[number];

/** Parts into which a sum of k terms is split where few results have to feed the whole adapter. */
export function splitOf(form: ProductForm, { m, n, k }: Sizes): number {
  if (form !== "TN" || k < 512) return 1;
  const tiles = Math.ceil(m / 64) * Math.ceil(n / 32);
  return tiles >= 32 ? 1 : Math.min(4, Math.floor(k / 256));
}

/** The variants that can run here at all. */
export function possibleVariants(gpu: Gpu): Variant[] {
  return gpu.subgroupSize > 0 ? [...VARIANTS] : ["tiled64", "tiled128"];
}

/** Small products spend their time in dispatches and in packing, large ones in arithmetic. */
export type ShapeClass = "small" | "large";

/** The class of a product, for which one variant is chosen. */
export function shapeClass(gpu: Gpu, sizes: Sizes, batch = 1): ShapeClass {
  if (gpu.isCpu) return packingPays(sizes, batch) ? "large" : "small";
  return Math.min(sizes.m, sizes.n) > 512 ? "large" : "small";
}

/**
 * What is worth trying here: barriers are hopeless on a CPU adapter, textures and lone subgroups
 * slow on a GPU.
 */
export function candidates(gpu: Gpu, shape: ShapeClass): Variant[] {
  if (!gpu.isCpu) {
    return gpu.subgroupSize > 0 ? ["tiled64", "tiled128", "subgroup"] : ["tiled64", "tiled128"];
  }
  if (gpu.subgroupSize === 0) return ["tiled64"];
  return shape === "large" ? ["panels", "subgroup"] : ["subgroup"];
}

type Choose = (form: ProductForm, sizes: Sizes, batch: number) => Variant | undefined;

const preferred = new WeakMap<Gpu, Choose>();

/**
 * Lets `choose` decide instead of the defaults; undefined leaves a case to them. For tuning and
 * tests.
 */
export function preferVariants(
  gpu: Gpu,
  choose: Choose,
): void {
  preferred.set(gpu, choose);
}

/** The variant that this product runs on. */
export function variantOf(gpu: Gpu, form: ProductForm, sizes: Sizes, batch = 1): Variant {
  const chosen = preferred.get(gpu)?.(form, sizes, batch) ??
    defaultVariant(gpu, sizes, batch);
  return chosen === "panels" && !panelsFit(gpu, sizes, batch) ? "subgroup" : chosen;
}

function defaultVariant(gpu: Gpu, sizes: Sizes, batch: number): Variant {
  const large = shapeClass(gpu, sizes, batch) === "large";
  if (!gpu.isCpu || gpu.subgroupSize === 0) return large ? "tiled128" : "tiled64";
  return large ? "panels" : "subgroup";
}

/**
 * Seconds on lavapipe with two cores; only the ratios matter. Packing costs a pass over each
 * operand.
 */
function packingPays({ m, n, k }: Sizes, batch: number): boolean {
  const up = (x: number, tile: number) => Math.ceil(x / tile) * tile;
  const direct = 2 * up(m, 64) * up(n, 32) * k / 40e9;
  const packed = 2 * up(m, 32) * up(n, 64) * k / 90e9 + (m + n) * k * 1.5e-9 + 60e-6 / batch;
  return packed < direct;
}

/** Runs one product, or one batch of them, whose operands fit into bindings. */
export function dispatchProduct(call: ProductCall): void {
  for (const piece of sumPieces(call)) dispatchPiece(piece);
}

function dispatchPiece(call: ProductCall): void {
  const { gpu } = call.a;
  const { bias, addend, geluPre, geluGradOf } = call.epilogue;
  const plain = call.batch.count === 1 && !bias && !addend && !geluPre && !geluGradOf;
  const parts = plain ? splitOf(call.form, call) : 1;
  if (parts > 1) dispatchSplit(gpu, call, parts);
  else dispatchVariant(gpu, call);
}

function dispatchVariant(gpu: Gpu, call: ProductCall): void {
  const variant = variantOf(gpu, call.form, call, call.batch.split ? 1 : call.batch.count);
  if (variant === "panels") dispatchPanels(gpu, call);
  else if (variant === "subgroup") dispatchSubgroup(gpu, call);
  else dispatchTiled(gpu, call, { TILE: variant === "tiled64" ? 64 : 128 });
}

function dispatchSplit(gpu: Gpu, call: ProductCall, parts: number): void {
  const { form, m, n, k, a, b, c, epilogue } = call;
  const sums = empty(gpu, [parts, m, n]);
  const chunk = Math.ceil(k / parts / 4) * 4;
  dispatchVariant(gpu, {
    ...call,
    c: sums,
    epilogue: {},
    batch: {
      count: parts,
      k: chunk,
      a: form === "TN" ? chunk * a.pitch / 4 : chunk / 4,
      b: form === "NT" ? chunk / 4 : chunk * b.pitch / 4,
      c: m * c.pitch / 4,
      split: true,
    },
  });
  const count4 = m * c.pitch / 4;
  const constants = { ADD: epilogue.accumulate ? 1 : 0 };
  launch(gpu, { name: "sum_parts", source: sumParts, entry: "main", constants }, {
    tensors: { parts: sums, out: c },
    params: { count4, parts },
    invocations: count4,
  });
  sums.release();
}
