/**
 * How the heads of queries, keys and values lie in memory: side by side in a row [..., n_heads ·
 * d_head], or each in a row of its own [..., n_heads, d_head], which has zeros behind a d_head that
 * is no multiple of four. To the kernels, which move vec4f, both are the same.
 * @module
 */
import { maybe, number, whole } from "../../io/form.ts";
import type { Tensor } from "../tensor.ts";

/** Larger than any position: what a window of 0 means to the kernels. */
export const EVERYTHING = 2 ** 30;

/** What heads and mask can be. */
export const HEADS = {
  n_heads: whole(1),
  n_kv_heads: maybe(whole(1)),
  scale: maybe(number()),
  window: maybe(whole(0, EVERYTHING)),
};

/** How many heads, and what they share. */
export type HeadOptions = {
  /** Heads of the queries; without a fourth axis d_head is their width divided by it. */
  n_heads: number;
  /**
   * Heads of keys and values, a divisor of n_heads, which it is by default: query head h reads that
   * of number floor(h · n_kv_heads / n_heads).
   */
  n_kv_heads?: number;
  /** Factor of the scores; GPT-Neo has 1, most others 1 / √d_head. */
  scale?: number;
  /** Query i sees the keys i − window < j <= i, as Hugging Face's GPT-Neo; 0: all j <= i. */
  window?: number;
};

/** vec4f of a head, and of all heads of a token. */
export type HeadLayout = { D4: number; ld: number };

/** How `n` heads lie in a tensor [rows, ...]; undefined where they do not. */
function headLayout({ shape, columns, pitch }: Tensor, n: number): HeadLayout | undefined {
  const apart = shape.length === 4;
  if (apart) return shape[2] === n ? { D4: pitch / 4, ld: n * pitch / 4 } : undefined;
  return columns % (4 * n) === 0 ? { D4: columns / 4 / n, ld: pitch / 4 } : undefined;
}

/**
 * The layouts of queries and keys. Throws `Cannot ${action}: ...` where their heads do not fit
 * one another.
 */
export function headLayouts(
  action: string,
  { q, k }: { q: Tensor; k: Tensor },
  { n_heads, n_kv_heads = n_heads }: HeadOptions,
): { heads: HeadLayout; kv: HeadLayout; share: number } {
  const fail = (expected: string, found: string, todo: string): never => {
    throw new RangeError(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  if (n_heads % n_kv_heads !== 0) {
    fail(`n_kv_heads to divide ${n_heads} heads`, `${n_kv_heads}`, "take those of the model");
  }
  const [heads, kv] = [headLayout(q, n_heads), headLayout(k, n_kv_heads)];
  if (!heads || !kv || heads.D4 !== kv.D4) {
    return fail(
      `q of ${n_heads} heads and k of ${n_kv_heads}, [batch, pos, heads · d_head] with d_head a ` +
        `multiple of 4, or [batch, pos, heads, d_head],`,
      `[${q.shape}] and [${k.shape}]`,
      "reshape them to heads apart, or pass the number of heads",
    );
  }
  return { heads, kv, share: n_heads / n_kv_heads };
}
