/** Launches of kernels/attention.wgsl, over as many sequences at once as bindings hold. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import type { BufferRange } from "../../gpu/recorder.ts";
import { isSoftware } from "../../gpu/software.ts";
import source from "../../../kernels/attention.wgsl" with { type: "text" };
import { launch } from "../launch.ts";
import type { Tensor } from "../tensor.ts";
import { rowSlice } from "../views.ts";
import { sequenceChunks } from "./grid.ts";
import { EVERYTHING, type HeadOptions } from "./heads.ts";

/** Lanes of a workgroup where there are no subgroups of one width. */
const WORKGROUP = 64;

/** Where heads lie: in rows of `ld` vec4f, the first of them `from` values behind a row's start. */
export type Place = { tensor: Tensor; from: number; ld: number };

/** What one entry point is given. */
export type AttentionWork = {
  /** Queries, keys, values, results and gradients by the names of their bindings. */
  places: Record<string, Place> & { q: Place; k: Place };
  /** Bound whole. */
  whole: Record<string, Tensor | undefined>;
  /** Sequences, queries and keys of each, vec4f of a head. */
  sizes: { batch: number; pos: number; keys: number; D4: number };
  options: HeadOptions & { positions?: Tensor };
};

type Entry = "forward" | "backward_q" | "backward_kv" | "backward";

/** One entry point over all sequences. */
export function runAttention(
  entry: Entry,
  { places, whole, sizes: { batch, pos, keys, D4 }, options }: AttentionWork,
): void {
  const { n_heads, n_kv_heads = n_heads, scale = 1, window = 0, positions } = options;
  const { q, k, v, grad_k, grad_v } = places, { gpu } = q.tensor;
  const joined = grad_k !== undefined && grad_k.tensor === grad_v.tensor;
  const merged = entry === "backward";
  const tile = tileOf(gpu, entry, D4);
  const kernel = {
    name: "attention",
    source,
    entry,
    constants: {
      ...tile,
      OFFSET: positions ? 1 : 0,
      JOINED: joined ? 1 : 0,
      MERGED: merged ? 1 : 0,
    },
  };
  const size = 4 * Math.max(pos * q.ld, keys * k.ld);
  for (const [first, count] of sequenceChunks(gpu, "attend", { batch, size })) {
    const tensors: Record<string, BufferRange | Tensor | undefined> = { ...whole };
    for (const [name, place] of Object.entries(places)) {
      if ((joined && name === "grad_v") || (merged && name === "grad_k")) continue;
      tensors[name] = cut(place, { first, count, batch });
    }
    launch(gpu, kernel, {
      tensors,
      params: {
        pos,
        keys,
        n_heads,
        share: n_heads / n_kv_heads,
        ld: q.ld,
        kv_ld: k.ld,
        z_ld: n_heads * D4,
        k_from: (k.from - q.from) / 4,
        v_from: (v.from - k.from) / 4,
        lse_ld: Math.ceil(pos / 4) * 4,
        window: window || EVERYTHING,
        first,
        scale,
      },
      workgroups: [
        Math.ceil(pos / (tile.LANES * tile.ROWS)) * (merged ? 2 : 1),
        entry === "backward_kv" ? n_kv_heads : n_heads,
        count,
      ],
    });
  }
}

/** The sequences from `first` on, from where the heads begin in the first of their rows. */
function cut(
  { tensor, from }: Place,
  { first, count, batch }: { first: number; count: number; batch: number },
): BufferRange {
  const rows = tensor.rows / batch, part = rowSlice(tensor, first * rows, count * rows);
  return part.part(from, part.size - from);
}

/**
 * A GPU reads keys out of workgroup memory faster than out of the registers of other lanes, and one row
 * a lane keeps its sums in registers. On a CPU adapter barriers are slow, and lanes hand values round
 * where their number is known. The text of a kernel grows with BLOCK · ROWS · D4, and with it the time
 * to compile it; two rows a lane and blocks of four, for wide heads two, were the fastest or next to it
 * on lavapipe at heads of 16 to 64. Of heads of 80 and more one row a lane was as fast, and compiled in
 * a quarter of the time: 6 seconds forward and backward at 80, 18 instead of 106 at 128.
 */
function tileOf(gpu: Gpu, entry: Entry, D4: number) {
  const SG = gpu.subgroupSize;
  if (SG === 0 || !gpu.isCpu) {
    const BLOCK = isSoftware(gpu) || D4 > 32 ? 4 : D4 > 16 ? 8 : 16;
    return { SUBGROUP: 0, LANES: WORKGROUP, BLOCK, PARTS: 1, SHARE: D4, ROWS: 1, D4 };
  }
  const BLOCK = Math.min(SG, D4 <= (entry === "forward" ? 8 : 4) ? 4 : 2), PARTS = SG / BLOCK;
  return {
    SUBGROUP: 1,
    LANES: SG,
    BLOCK,
    PARTS,
    SHARE: Math.ceil(D4 / PARTS),
    ROWS: D4 > 16 ? 1 : 2,
    D4,
  };
}
