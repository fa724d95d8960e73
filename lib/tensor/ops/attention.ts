/** Causal attention with gradients, and with a key/value cache. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import attentionSource from "../../../kernels/attention.wgsl" with { type: "text" };
import { anything, exactly, expectForm, maybe } from "../../io/form.ts";
import { expectTensors, sameShape } from "../expect.ts";
import { launch } from "../launch.ts";
import { contributeAll } from "../contribute.ts";
import { differentiable, wantsGradient } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { rowSlice } from "../views.ts";
import { MOST_ITERATIONS, sequenceChunks } from "./grid.ts";
import { EVERYTHING, headLayouts, type HeadOptions, HEADS } from "./heads.ts";

const OPTIONS = exactly({ ...HEADS, positions: maybe(anything) });
/** Lanes of a workgroup where there are no subgroups of one width. */
const WORKGROUP = 64;

export type AttentionOptions = HeadOptions & {
  /**
   * u32 [batch]: the position of the first query of each sequence, where k and v are a cache.
   * Forward only.
   */
  positions?: Tensor;
};

/**
 * Every query's mean of the values v of the keys that it sees, by the softmax of scale · q·k: q
 * [batch, pos, n_heads · d_head], k and v [batch, keys, n_kv_heads · d_head], or [batch, ..., heads,
 * d_head] where d_head is no multiple of four → z, shaped like q. keys = pos, or more with
 * `positions`; what lies beyond the last query is not read. Throws on other shapes.
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions): Tensor {
  checkAttention({ q, k, v }, options);
  const { gpu } = q;
  const [batch, pos] = q.shape;
  const z = empty(gpu, q.shape), lse = empty(gpu, [batch * options.n_heads, pos]);
  const { positions } = options;
  run("forward", { tensors: { q, k, v, z }, whole: { lse, positions }, options });
  return differentiable(z, [q, k, v], {
    saved: [lse],
    readsResult: true,
    backward: (grad_z) => backward({ q, k, v, z, grad_z }, lse, options),
  });
}

type Saved = Record<"q" | "k" | "v" | "z" | "grad_z", Tensor>;

function backward({ q, k, v, z, grad_z }: Saved, lse: Tensor, options: AttentionOptions): void {
  const { gpu } = q;
  const delta = empty(gpu, lse.shape);
  const whole = { lse, delta };
  contributeAll([q, k, v], ([grad_q, grad_k, grad_v]) => {
    run("backward_q", { tensors: { q, k, v, z, grad_z, grad_q }, whole, options });
    run("backward_kv", { tensors: { q, k, v, grad_z, grad_k, grad_v }, whole, options });
  });
  delta.release();
}

type Entry = "forward" | "backward_q" | "backward_kv";

type Work = {
  /** Cut by sequences. */
  tensors: Record<string, Tensor> & { q: Tensor; k: Tensor };
  /** Bound whole. */
  whole: Record<string, Tensor | undefined>;
  options: AttentionOptions;
};

function run(
  entry: Entry,
  { tensors, whole, options }: Work,
): void {
  const { n_heads, scale = 1, window = 0, positions } = options;
  const { q, k } = tensors;
  const { gpu } = q;
  const [batch, pos] = q.shape, keys = k.shape[1];
  const { heads, kv, share } = headLayouts("attend", { q, k }, options);
  const tile = tileOf(gpu, entry, heads.D4);
  const kernel = {
    name: "attention",
    source: attentionSource,
    entry,
    constants: { ...tile, OFFSET: positions ? 1 : 0 },
  };
  const size = 4 * Math.max(pos * heads.ld, keys * kv.ld);
  for (const [first, count] of sequenceChunks(gpu, "attend", { batch, size })) {
    const cut = Object.entries(tensors).map(([name, t]) => {
      const rows = t.rows / batch;
      return [name, rowSlice(t, first * rows, count * rows)];
    });
    launch(gpu, kernel, {
      tensors: { ...Object.fromEntries(cut), ...whole },
      params: {
        pos,
        keys,
        n_heads,
        share,
        ld: heads.ld,
        kv_ld: kv.ld,
        lse_ld: Math.ceil(pos / 4) * 4,
        window: window || EVERYTHING,
        first,
        scale,
      },
      workgroups: [
        Math.ceil(pos / (tile.LANES * tile.ROWS)),
        entry === "backward_kv" ? n_heads / share : n_heads,
        count,
      ],
    });
  }
}

/**
 * The text of a kernel grows with BLOCK · ROWS · D4, and with it the time to compile it; two rows a
 * lane and blocks of four, for wide heads two, were the fastest or next to it on lavapipe at heads
 * of 16 to 64. Of heads of 80 and more one row a lane was as fast, and compiled in a quarter of the
 * time: 6 seconds forward and backward at 80, 18 instead of 106 at 128.
 */
function tileOf(gpu: Gpu, entry: Entry, D4: number) {
  const SG = gpu.subgroupSize;
  if (SG === 0) {
    return { SUBGROUP: 0, LANES: WORKGROUP, BLOCK: 4, PARTS: 1, SHARE: D4, ROWS: 1, D4 };
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

function checkAttention(
  { q, k, v }: { q: Tensor; k: Tensor; v: Tensor },
  options: AttentionOptions,
): void {
  expectForm("attend", options, OPTIONS, "1 / √d_head is a usual scale, a window of 0 is global");
  const { positions } = options;
  const fail = (expected: string, found: string, todo: string) => {
    throw new RangeError(`Cannot attend: expected ${expected} but found ${found}: ${todo}`);
  };
  expectTensors("attend", { q: [q], k: [k], v: [v] });
  const [batch, pos] = q.shape;
  if (q.shape.length !== 3 && q.shape.length !== 4) {
    fail("q [batch, pos, ...]", `[${q.shape}]`, "pass q, k and v of one layer");
  }
  const { heads: { D4 }, share } = headLayouts("attend", { q, k }, options);
  const rest = k.shape.slice(2), keys = positions ? k.shape[1] : pos;
  for (const [name, { shape }] of Object.entries({ k, v })) {
    if (!sameShape(shape, [batch, keys, ...rest])) {
      fail(`${name} [${[batch, keys, ...rest]}]`, `[${shape}]`, "pass q, k and v of one layer");
    }
  }
  const most = Math.floor(q.gpu.device.limits.maxComputeWorkgroupStorageSize / 32 - 1) & ~3;
  if (q.gpu.subgroupSize === 0 && 4 * D4 > most) {
    fail(`d_head of at most ${most} on this adapter`, `${4 * D4}`, "take more heads");
  }
  const learns = wantsGradient(q.gpu, [q, k, v]);
  const longest = Math.floor(2 * MOST_ITERATIONS / (share + 1));
  if (learns && share > 1 && pos > longest) {
    fail(`at most ${longest} positions`, `${pos}`, "take shorter sequences for a gradient");
  }
  if (!positions) return;
  if (positions.dtype !== "u32" || positions.columns !== batch || positions.rows !== 1) {
    fail(`positions u32 [${batch}]`, `${positions.dtype} [${positions.shape}]`, "one a sequence");
  }
  if (learns) {
    fail("no gradient", "positions and a tape", "a key/value cache is for generation");
  }
}
