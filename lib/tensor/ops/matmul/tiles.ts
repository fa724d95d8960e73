/**
 * Tiles of the product kernels for GPUs, and which of them an adapter of a given width would finish
 * first with: a model of the time, good enough to leave out what cannot win.
 * @module
 */
import type { Gpu } from "../../../gpu/gpu.ts";
import { isSoftware } from "../../../gpu/software.ts";
import { unitsOf } from "../../../gpu/units.ts";
import { CHUNK, chunksOf, type Sizes } from "./call.ts";

/** A tile of BM x BN results, and what its kernel asks of an adapter. */
type Tile = {
  BM: number;
  BN: number;
  /** Values of k between two barriers. */
  BK: number;
  /** Warps of 32 threads in a workgroup (tiny: in a team), and workgroups that a unit holds. */
  warps: number;
  resident: number;
  /** Share of a unit's arithmetic that the kernel reaches when it is full. */
  share: number;
  /** Chunks that one workgroup sums side by side. */
  teams: number;
};

/** Counted on paper for NVIDIA's cards: 8 x 8 results a thread, two buffers; tiny: 4 x 4, one. */
export const TILES = {
  tiled128x128: { BM: 128, BN: 128, BK: 16, warps: 8, resident: 2, share: 0.55, teams: 1 },
  tiled64x128: { BM: 64, BN: 128, BK: 16, warps: 4, resident: 4, share: 0.5, teams: 1 },
  tiled128x64: { BM: 128, BN: 64, BK: 16, warps: 4, resident: 4, share: 0.5, teams: 1 },
  tiled64x64: { BM: 64, BN: 64, BK: 16, warps: 2, resident: 8, share: 0.4, teams: 1 },
  tiny: { BM: 32, BN: 32, BK: 64, warps: 2, resident: 6, share: 0.35, teams: 4 },
} satisfies Record<string, Tile>;

export type TileName = keyof typeof TILES;

/** What a unit of today's cards does: operations and bytes a second, and seconds that things take. */
const UNIT = { flops: 0.6e12, bytes: 8e9, step: 0.35e-6, launch: 4e-6 };

/** Bytes of workgroup memory of a tile's kernel. */
function workgroupBytes(name: TileName): number {
  const { BM, BN, BK } = TILES[name];
  return name === "tiny" ? 4 * (BM + BN) * BK : 2 * 4 * (BM + BN) * BK;
}

/**
 * Values of k between two barriers of a tile's kernel: its own, or fewer on a software adapter, even
 * one that passes for a GPU, since that takes seconds to compile so long a text.
 */
export function stepOf(gpu: Gpu, name: TileName): number {
  return isSoftware(gpu) ? TILES[name].BK / 2 : TILES[name].BK;
}

/** The tiles whose kernels this adapter can run. */
export function tilesOf(gpu: Gpu): TileName[] {
  const { maxComputeWorkgroupStorageSize: most } = gpu.device.limits;
  return (Object.keys(TILES) as TileName[]).filter((name) => workgroupBytes(name) <= most);
}

/** Seconds that a product would take on `units` units, its chunks dealt to `layers` of the grid. */
function secondsOf(
  { BM, BN, BK, warps, resident, share, teams }: Tile,
  { m, n, k, batch }: Sizes & { batch: number },
  { layers, units }: { layers: number; units: number },
): number {
  const { side, serial } = serialOf(k, { layers, teams });
  const groups = Math.ceil(m / BM) * Math.ceil(n / BN) * layers * batch;
  const each = Math.ceil(groups / units);
  const awake = Math.min(each, resident) * warps * side;
  const rate = UNIT.flops * share * Math.min(1, (4 + awake) / 12); // few warps wait for memory
  const compute = each * 2 * BM * BN * serial * side / rate;
  const latency = Math.ceil(each / resident) * Math.ceil(serial / BK) * UNIT.step;
  return Math.max(compute, latency) + addingSeconds({ m, n, k }, { layers, units });
}

/** Chunks that a workgroup sums at the same time, and terms that it takes one after the other. */
function serialOf(k: number, { layers, teams }: { layers: number; teams: number }) {
  const chunks = chunksOf(k), side = Math.min(teams, chunks);
  return { side, serial: Math.min(k, Math.ceil(chunks / layers / side) * CHUNK) };
}

/** Seconds of adding up chunks that were dealt out. */
function addingSeconds(
  { m, n, k }: Sizes,
  { layers, units }: { layers: number; units: number },
): number {
  return layers > 1 ? UNIT.launch + 8 * chunksOf(k) * m * n / (UNIT.bytes * units) : 0;
}

/** Layers among which the chunks of a sum could be dealt so that each has as many, the last fewer. */
function layerings(k: number): number[] {
  const chunks = chunksOf(k);
  const layers = Array.from({ length: chunks }, (_, i) => Math.ceil(chunks / (i + 1)));
  return [...new Set(layers)];
}

/** The fastest layering of a tile, by the model; products of a batch are not split. */
export function layersOf(gpu: Gpu, name: TileName, sizes: Sizes, batch = 1): number {
  return bestLayering(gpu, name, { ...sizes, batch }).layers;
}

function bestLayering(gpu: Gpu, name: TileName, work: Sizes & { batch: number }) {
  const units = unitsOf(gpu);
  const split = name !== "tiny" && work.batch === 1;
  return (split ? layerings(work.k) : [1])
    .map((layers) => ({ layers, seconds: secondsOf(TILES[name], work, { layers, units }) }))
    .reduce((a, b) => b.seconds < a.seconds ? b : a);
}

/** A product that runs beside others, with its tile. */
export type Beside = Sizes & { name: TileName };

/**
 * Layers of products in one dispatch, the workgroups of the first before those of the next: what one of
 * them leaves idle another fills, so that fewer sums are dealt out than alone.
 */
export function layersBeside(gpu: Gpu, products: readonly Beside[]): number[] {
  const units = unitsOf(gpu);
  const ways = products.map(({ name, k }) => name === "tiny" ? [1] : layerings(k))
    .reduce<number[][]>((ways, some) => ways.flatMap((way) => some.map((n) => [...way, n])), [[]]);
  const seconds = (layers: number[]) =>
    secondsBeside(products.map((product, i) => groupsOf(product, layers[i])), units) +
    products.reduce((sum, sizes, i) => sum + addingSeconds(sizes, { layers: layers[i], units }), 0);
  return ways.map((layers) => ({ layers, seconds: seconds(layers) }))
    .reduce((a, b) => b.seconds < a.seconds ? b : a).layers;
}

/** Workgroups of a product, and seconds of one on a unit that is full. */
function groupsOf({ name, m, n, k }: Beside, layers: number): { count: number; seconds: number } {
  const { BM, BN, share, teams } = TILES[name], { side, serial } = serialOf(k, { layers, teams });
  return {
    count: Math.ceil(m / BM) * Math.ceil(n / BN) * layers,
    seconds: 2 * BM * BN * serial * side / (UNIT.flops * share),
  };
}

/**
 * Seconds until all workgroups are done, each taken by the unit that is free first: the longest one's, or a
 * unit's share of all and half of a last workgroup's, which units wait for one another on average.
 */
function secondsBeside(groups: { count: number; seconds: number }[], units: number): number {
  const longest = groups.reduce((most, { seconds }) => Math.max(most, seconds), 0);
  const all = groups.reduce((sum, { count, seconds }) => sum + count * seconds, 0);
  return Math.max(longest, all / units + groups.at(-1)!.seconds / 2);
}

/** The tiles that run on this adapter, the fastest by the model first. */
export function rankTiles(
  gpu: Gpu,
  sizes: Sizes,
  batch = 1,
): { name: TileName; layers: number; seconds: number }[] {
  return tilesOf(gpu)
    .map((name) => ({ name, ...bestLayering(gpu, name, { ...sizes, batch }) }))
    .sort((a, b) => a.seconds - b.seconds);
}

/** Invocations of a workgroup of a tile's kernel, for a sum of k terms. */
export function threadsOf(gpu: Gpu, name: TileName, k: number): number {
  const { warps, teams } = TILES[name];
  return 32 * warps * (name === "tiny" && fourTeams(gpu, k) ? teams : 1);
}

/** Four chunks of 32 values of k at a time need more workgroup memory than WebGPU guarantees. */
export const FOUR_TEAMS = { GROUPS: 4, BK: 32 };

/** Whether the kernel for tiny tiles takes four chunks of a sum of k terms at a time. */
export function fourTeams({ device }: Gpu, k: number): boolean {
  const room = 256 * FOUR_TEAMS.BK * FOUR_TEAMS.GROUPS;
  return k > CHUNK && room <= device.limits.maxComputeWorkgroupStorageSize;
}

/** The workgroup size with which all products together take the least time, by the model. */
export function threadsForAll(gpu: Gpu, products: readonly Sizes[]): number {
  const ranked = products.map((sizes) =>
    rankTiles(gpu, sizes).map(({ name, seconds }) => ({
      seconds,
      threads: threadsOf(gpu, name, sizes.k),
    }))
  );
  const least = (threads: number) =>
    ranked.reduce(
      (sum, tiles) => sum + (tiles.find((tile) => tile.threads === threads)?.seconds ?? Infinity),
      0,
    );
  return [64, 128, 256].reduce((a, b) => least(b) < least(a) ? b : a);
}
