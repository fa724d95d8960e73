/** Keys and values of the tokens seen so far, so that each new token costs one position. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { padded } from "../tensor/layout.ts";
import { placeRowsInto } from "../tensor/ops/rows.ts";
import { type Tensor, uploadIds, zeros } from "../tensor/tensor.ts";

/**
 * k and v of each block [batch, n_ctx, width], all heads of keys side by side, zeros behind each;
 * `positions` u32 [batch] is where the next tokens stand.
 */
export type KeyValueCache = { k: Tensor[]; v: Tensor[]; positions: Tensor };

/** The width of a cache: heads take up multiples of four numbers. */
export function cacheWidth(n_kv_heads: number, d_head: number): number {
  return n_kv_heads * padded(d_head);
}

/**
 * A cache of zeros (a masked NaN would still spoil a sum) for `batch` sequences of at most `n_ctx`
 * tokens. Of `width` 0, in a model without attention, it keeps the positions alone.
 */
export function createCache(
  gpu: Gpu,
  { n_layers, width }: { n_layers: number; width: number },
  { batch, n_ctx }: { batch: number; n_ctx: number },
): KeyValueCache {
  const length = width > 0 ? n_layers : 0;
  const tensors = () => Array.from({ length }, () => zeros(gpu, [batch, n_ctx, width]));
  return { k: tensors(), v: tensors(), positions: uploadIds(gpu, [batch], new Uint32Array(batch)) };
}

/**
 * Stores keys and values of new tokens [batch, pos, heads · d_head], or [batch, pos, heads, d_head],
 * at their positions and returns the whole of block l.
 */
export function extendCache(
  cache: KeyValueCache,
  l: number,
  { k, v }: { k: Tensor; v: Tensor },
): { k: Tensor; v: Tensor } {
  placeRowsInto(cache.k[l], besideEachOther(k), cache.positions);
  placeRowsInto(cache.v[l], besideEachOther(v), cache.positions);
  return { k: cache.k[l], v: cache.v[l] };
}

/** Heads apart as heads side by side with the zeros behind each: the same memory. */
function besideEachOther(x: Tensor): Tensor {
  const [batch, pos, n_heads] = x.shape;
  return x.shape.length === 4 ? x.over([batch, pos, n_heads * x.pitch]) : x;
}

/** Gives the memory back. */
export function releaseCache({ k, v, positions }: KeyValueCache): void {
  for (const tensor of [...k, ...v, positions]) tensor.release();
}
