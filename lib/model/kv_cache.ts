/** Keys and values of the tokens seen so far, so that each new token costs one position. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { placeRowsInto } from "../tensor/ops/rows.ts";
import { type Tensor, uploadIds, zeros } from "../tensor/tensor.ts";

/**
 * k and v of each block [batch, n_ctx, width], all heads side by side; `positions` u32 [batch] is
 * where the next tokens stand.
 */
export type KeyValueCache = { k: Tensor[]; v: Tensor[]; positions: Tensor };

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

/** Stores keys and values of new tokens at their positions and returns the whole of block l. */
export function extendCache(
  cache: KeyValueCache,
  l: number,
  { k, v }: { k: Tensor; v: Tensor },
): { k: Tensor; v: Tensor } {
  placeRowsInto(cache.k[l], k, cache.positions);
  placeRowsInto(cache.v[l], v, cache.positions);
  return { k: cache.k[l], v: cache.v[l] };
}

/** Gives the memory back. */
export function releaseCache({ k, v, positions }: KeyValueCache): void {
  for (const tensor of [...k, ...v, positions]) tensor.release();
}
