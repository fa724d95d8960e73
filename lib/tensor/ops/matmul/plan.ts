/**
 * How a product is carried out on this adapter: which kernel, and among how many workgroups the
 * chunks of a long sum are dealt. Which tile a GPU takes, or how it deals, changes no bit; on a CPU
 * adapter the sizes alone decide whether a sum is dealt.
 * @module
 */
import type { Gpu } from "../../../gpu/gpu.ts";
import {
  CHUNK,
  chunksOf,
  hasActivation,
  type ProductCall,
  type ProductForm,
  type Sizes,
  sumPieces,
} from "./call.ts";
import { dispatchPanels, panelsFit } from "./panels.ts";
import { chunksFit, dispatchSplit } from "./split.ts";
import { dispatchSubgroup } from "./subgroup.ts";
import { dispatchTiled } from "./tiled.ts";
import {
  type Beside,
  layersBeside,
  layersOf,
  rankTiles,
  threadsForAll,
  threadsOf,
  type TileName,
  TILES,
  tilesOf,
} from "./tiles.ts";

const TILE_NAMES = Object.keys(TILES) as TileName[];

/** The kernels that there are for every form. */
export const VARIANTS = ["panels", "subgroup", ...TILE_NAMES] as const;
export type Variant = typeof VARIANTS[number];

/** A kernel, and among how many layers of its grid the chunks of the sum are dealt. */
export type Plan = { variant: Variant; layers: number };

/** The variants that can run here at all: subgroups and textures are for CPU adapters. */
export function possibleVariants(gpu: Gpu): Variant[] {
  return gpu.isCpu && gpu.subgroupSize > 0 ? ["panels", "subgroup", ...tilesOf(gpu)] : tilesOf(gpu);
}

/**
 * What is worth trying for a product, the default first: barriers are hopeless on a CPU adapter; on
 * a GPU the model of the time is trusted to a factor of 1.6.
 */
export function candidates(gpu: Gpu, sizes: Sizes): Variant[] {
  if (gpu.isCpu) {
    if (gpu.subgroupSize === 0) return ["tiled64x64"];
    return packingPays(sizes, 1) ? ["panels", "subgroup"] : ["subgroup"];
  }
  const ranked = rankTiles(gpu, sizes);
  return ranked.filter(({ seconds }) => seconds < 1.6 * ranked[0].seconds)
    .map(({ name }) => name).slice(0, 3);
}

type Choose = (
  form: ProductForm,
  sizes: Sizes,
  batch: number,
) => Variant | Plan | undefined;

const preferred = new WeakMap<Gpu, Choose>();

/**
 * Lets `choose` decide instead of the defaults; undefined leaves a case to them. For tuning and
 * tests.
 */
export function preferVariants(gpu: Gpu, choose: Choose): void {
  preferred.set(gpu, choose);
}

/** Products that run side by side, in their order: each with its tile and layers, all workgroups of one size. */
type Shared = { threads: number; products: readonly (Beside & { layers: number })[] };

/** What runs side by side for the moment. */
const shared = new WeakMap<Gpu, Shared>();

/** How a card runs products side by side that begin in this order. */
export function planBeside(gpu: Gpu, products: readonly Sizes[]): Shared {
  const threads = threadsForAll(gpu, products);
  const tiles = products.map((sizes) => ({ ...sizes, name: tileOf(gpu, sizes, threads) }));
  const layers = layersBeside(gpu, tiles);
  return { threads, products: tiles.map((tile, i) => ({ ...tile, layers: layers[i] })) };
}

/**
 * Lets the products of `body`, in their order, have workgroups of one size, so that they can run side by
 * side (together.ts): that with which they take the least time. Changes no bit, and nothing on a CPU
 * adapter or for one product.
 */
export function withAlikeTiles(gpu: Gpu, products: readonly Sizes[], body: () => void): void {
  if (gpu.isCpu || products.length < 2) return body();
  shared.set(gpu, planBeside(gpu, products));
  try {
    body();
  } finally {
    shared.delete(gpu);
  }
}

/** The fastest tile with workgroups of so many invocations, or the fastest of all. */
function tileOf(gpu: Gpu, sizes: Sizes, threads: number): TileName {
  const ranked = rankTiles(gpu, sizes);
  return (ranked.find(({ name }) => threadsOf(gpu, name, sizes.k) === threads) ?? ranked[0]).name;
}

/** `variant`, or the fastest tile of the size that all have for the moment. */
function alikeVariant(gpu: Gpu, variant: Variant, sizes: Sizes): Variant {
  const threads = shared.get(gpu)?.threads;
  if (threads === undefined || !isTile(variant)) return variant;
  return threadsOf(gpu, variant, sizes.k) === threads ? variant : tileOf(gpu, sizes, threads);
}

/** How this product, or this batch of them, is carried out. */
export function planOf(gpu: Gpu, form: ProductForm, sizes: Sizes, batch = 1): Plan {
  const chosen = preferred.get(gpu)?.(form, sizes, batch) ?? defaultVariant(gpu, sizes, batch);
  const { variant: wanted, layers } = typeof chosen === "object"
    ? chosen
    : { variant: chosen, layers: undefined };
  const possible = wanted === "panels" && !panelsFit(gpu, sizes, batch) ? "subgroup" : wanted;
  const variant = alikeVariant(gpu, possible, sizes);
  const split = batch === 1 && variant !== "tiny" && chunksFit(gpu, sizes);
  const dealt = split ? layers ?? layersFor(gpu, { form, variant, sizes }) : 1;
  // A layer of the kernels for CPU adapters has one chunk.
  return { variant, layers: isTile(variant) || dealt === 1 ? dealt : chunksOf(sizes.k) };
}

function defaultVariant(gpu: Gpu, sizes: Sizes, batch: number): Variant {
  if (!gpu.isCpu) return rankTiles(gpu, sizes, batch)[0].name;
  if (gpu.subgroupSize === 0) return "tiled64x64";
  return packingPays(sizes, batch) ? "panels" : "subgroup";
}

/** On a CPU adapter the few results of a weight's gradient have to feed all cores. */
function layersFor(
  gpu: Gpu,
  { form, variant, sizes }: { form: ProductForm; variant: Variant; sizes: Sizes },
): number {
  if (!gpu.isCpu) return cardLayers(gpu, variant as TileName, sizes);
  const tiles = Math.ceil(sizes.m / 64) * Math.ceil(sizes.n / 32);
  return form !== "TN" || tiles >= 32 ? 1 : chunksOf(sizes.k);
}

/** Layers of a product alone, or beside the others where it is one of them; of equal ones the most. */
function cardLayers(gpu: Gpu, name: TileName, sizes: Sizes): number {
  const layers = shared.get(gpu)?.products
    .filter((one) => (["m", "n", "k"] as const).every((of) => one[of] === sizes[of]))
    .filter((one) => one.name === name).map(({ layers }) => layers) ?? [];
  return layers.length > 0 ? Math.max(...layers) : layersOf(gpu, name, sizes);
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
  const { form, c, n, k, skip, batch, epilogue } = call, { gpu } = c;
  const { variant, layers } = planOf(gpu, form, call, batch.count);
  const fills = skip.c === 0 && c.columns === n;
  const run = (part: ProductCall) => dispatchVariant(gpu, part, variant);
  if (layers > 1 && fills) dispatchSplit(call, layers, run);
  // Between chunks the other tiles keep the sum in C, which here holds what is added after an activation.
  else if (isTile(variant) && k > CHUNK && epilogue.accumulate && hasActivation(epilogue)) {
    dispatchVariant(gpu, call, "tiny");
  } else run(call);
}

function isTile(variant: Variant): variant is TileName {
  return variant in TILES;
}

function dispatchVariant(gpu: Gpu, call: ProductCall, variant: Variant): void {
  if (variant === "panels") dispatchPanels(gpu, call);
  else if (variant === "subgroup") dispatchSubgroup(gpu, call);
  else dispatchTiled(gpu, call, variant);
}
