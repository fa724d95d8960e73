/** Causal attention with gradients, and with a key/value cache. @module */
import { anything, exactly, expectForm, maybe } from "../../io/form.ts";
import { contributeAll } from "../contribute.ts";
import { expectTensors, sameShape } from "../expect.ts";
import { ALIGNMENT } from "../layout.ts";
import { differentiable, wantsGradient } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { type AttentionWork, type Place, runAttention } from "./attention_kernel.ts";
import { MOST_ITERATIONS } from "./grid.ts";
import { type HeadLayout, headLayouts, type HeadOptions, HEADS } from "./heads.ts";

const OPTIONS = exactly({ ...HEADS, positions: maybe(anything) });
const JOINED = exactly(HEADS);
const HELP = "1 / √d_head is a usual scale, a window of 0 is global";

/** Heads, and where queries stand. */
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
  const { heads, kv } = checkAttention({ q, k, v }, options);
  const [batch, pos] = q.shape, { n_heads, positions } = options;
  const at = (layout: HeadLayout) => (tensor: Tensor): Place => ({
    tensor,
    from: 0,
    ld: layout.ld,
  });
  const [query, key] = [at(heads), at(kv)];
  const sizes = { batch, pos, keys: k.shape[1], D4: heads.D4 };
  const qkv = { q: query(q), k: key(k), v: key(v) };
  const z = empty(q.gpu, q.shape), lse = empty(q.gpu, [batch * n_heads, pos]);
  const whole = { lse, positions };
  runAttention("forward", { places: { ...qkv, z: query(z) }, whole, sizes, options });
  return differentiable(z, [q, k, v], {
    saved: [lse],
    readsResult: true,
    backward: (grad_z) => {
      const zs = { z: query(z), grad_z: query(grad_z) };
      contributeAll([q, k, v], ([grad_q, grad_k, grad_v]) => {
        const grads = { grad_q: query(grad_q), grad_k: key(grad_k), grad_v: key(grad_v) };
        backward({ qkv, zs, grads, lse, sizes, options });
      });
    },
  });
}

/**
 * The same of queries, keys and values that stand side by side in a row: qkv [batch, pos, (n_heads +
 * 2 · n_kv_heads) · d_head] → z [batch, pos, n_heads · d_head]. Throws where `headsJoin` is false.
 */
export function joinedAttention(qkv: Tensor, options: HeadOptions): Tensor {
  expectForm("attend", options, JOINED, HELP);
  expectTensors("attend", { qkv: [qkv] });
  const { n_heads, n_kv_heads = n_heads } = options, [batch, pos] = qkv.shape;
  const d_head = qkv.columns / (n_heads + 2 * n_kv_heads), D4 = d_head / 4;
  if (qkv.shape.length !== 3 || !headsJoin({ n_heads, n_kv_heads, d_head })) {
    throw new RangeError(
      `Cannot attend: expected qkv [batch, pos, ...] of ${n_heads} and twice ${n_kv_heads} heads, of ` +
        `widths that are multiples of ${ALIGNMENT}, but found [${qkv.shape}]: pass q, k and v apart`,
    );
  }
  checkSizes(qkv, { n_heads, n_kv_heads, D4 });
  const width = n_heads * d_head, kv_width = n_kv_heads * d_head;
  const at = (from: number) => (tensor: Tensor): Place => ({ tensor, from, ld: qkv.columns / 4 });
  const [query, key, value] = [at(0), at(width), at(width + kv_width)];
  const result = (tensor: Tensor): Place => ({ tensor, from: 0, ld: width / 4 });
  const sizes = { batch, pos, keys: pos, D4 };
  const places = { q: query(qkv), k: key(qkv), v: value(qkv) };
  const z = empty(qkv.gpu, [batch, pos, width]), lse = empty(qkv.gpu, [batch * n_heads, pos]);
  runAttention("forward", { places: { ...places, z: result(z) }, whole: { lse }, sizes, options });
  return differentiable(z, [qkv], {
    saved: [lse],
    readsResult: true,
    backward: (grad_z) => {
      const zs = { z: result(z), grad_z: result(grad_z) };
      contributeAll([qkv], ([grad]) => {
        const grads = { grad_q: query(grad), grad_k: key(grad), grad_v: value(grad) };
        backward({ qkv: places, zs, grads, lse, sizes, options });
      });
    },
  });
}

/**
 * Whether heads may stand side by side in the rows of one tensor: each part begins where a binding
 * may.
 */
export function headsJoin(
  { n_heads, n_kv_heads = n_heads, d_head }: {
    n_heads: number;
    n_kv_heads?: number;
    d_head: number;
  },
): boolean {
  const whole = (heads: number) => heads * d_head % ALIGNMENT === 0;
  return d_head % 4 === 0 && whole(n_heads) && whole(n_kv_heads);
}

type Backward = Pick<AttentionWork, "sizes" | "options"> & {
  qkv: Record<"q" | "k" | "v", Place>;
  zs: Record<"z" | "grad_z", Place>;
  grads: Record<"grad_q" | "grad_k" | "grad_v", Place>;
  lse: Tensor;
};

function backward({ qkv, zs, grads, lse, ...rest }: Backward): void {
  const { grad_q, ...others } = grads, { z: _, ...grad_z } = zs;
  if (grad_q.tensor === others.grad_k.tensor && !lse.gpu.isCpu) {
    return runAttention("backward", {
      places: { ...qkv, ...zs, ...grads },
      whole: { lse },
      ...rest,
    });
  }
  const delta = empty(lse.gpu, lse.shape), whole = { lse, delta };
  runAttention("backward_q", { places: { ...qkv, ...zs, grad_q }, whole, ...rest });
  runAttention("backward_kv", { places: { ...qkv, ...grad_z, ...others }, whole, ...rest });
  delta.release();
}

function checkAttention(
  { q, k, v }: { q: Tensor; k: Tensor; v: Tensor },
  options: AttentionOptions,
): { heads: HeadLayout; kv: HeadLayout } {
  expectForm("attend", options, OPTIONS, HELP);
  const { positions } = options;
  const fail = (expected: string, found: string, todo: string) => {
    throw new RangeError(`Cannot attend: expected ${expected} but found ${found}: ${todo}`);
  };
  expectTensors("attend", { q: [q], k: [k], v: [v] });
  const [batch, pos] = q.shape;
  if (q.shape.length !== 3 && q.shape.length !== 4) {
    fail("q [batch, pos, ...]", `[${q.shape}]`, "pass q, k and v of one layer");
  }
  const { heads, kv } = headLayouts("attend", { q, k }, options), { n_heads } = options;
  const rest = k.shape.slice(2), keys = positions ? k.shape[1] : pos;
  for (const [name, { shape }] of Object.entries({ k, v })) {
    if (!sameShape(shape, [batch, keys, ...rest])) {
      fail(`${name} [${[batch, keys, ...rest]}]`, `[${shape}]`, "pass q, k and v of one layer");
    }
  }
  checkSizes(q, { n_heads, n_kv_heads: options.n_kv_heads ?? n_heads, D4: heads.D4 }, [k, v]);
  if (!positions) return { heads, kv };
  if (positions.dtype !== "u32" || positions.columns !== batch || positions.rows !== 1) {
    fail(`positions u32 [${batch}]`, `${positions.dtype} [${positions.shape}]`, "one a sequence");
  }
  if (wantsGradient(q.gpu, [q, k, v])) {
    fail("no gradient", "positions and a tape", "a key/value cache is for generation");
  }
  return { heads, kv };
}

/** Throws where heads are too wide for the adapter, or sequences too long for their gradient. */
function checkSizes(
  q: Tensor,
  { n_heads, n_kv_heads, D4 }: { n_heads: number; n_kv_heads: number; D4: number },
  others: Tensor[] = [],
): void {
  const fail = (expected: string, found: string, todo: string) => {
    throw new RangeError(`Cannot attend: expected ${expected} but found ${found}: ${todo}`);
  };
  const { gpu } = q, pos = q.shape[1], share = n_heads / n_kv_heads;
  const most = Math.floor(gpu.device.limits.maxComputeWorkgroupStorageSize / 32 - 1) & ~3;
  if ((gpu.subgroupSize === 0 || !gpu.isCpu) && 4 * D4 > most) {
    fail(`d_head of at most ${most} on this adapter`, `${4 * D4}`, "take more heads");
  }
  const longest = Math.floor(2 * MOST_ITERATIONS / (share + 1));
  if (share > 1 && pos > longest && wantsGradient(gpu, [q, ...others])) {
    fail(`at most ${longest} positions`, `${pos}`, "take shorter sequences for a gradient");
  }
}
