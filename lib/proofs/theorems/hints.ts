/**
 * Hints: what a search found and a verification uses. They may come from anywhere. Bad ones of the right form lower a
 * bound; those of another form, or of a model of another size, could raise it above the truth, and are refused.
 * @module
 */
import { show } from "../../io/show.ts";
import type { BoxHints } from "./n2_boxes.ts";
import type { Partition } from "./n4_grid.ts";
import type { LayerHints } from "./n5_layered.ts";
import type { Gaps } from "../subcubic/subcubic.ts";

/** Untrusted: found by searchStrategy(), used by verifyStrategy(). */
export type Hints =
  | { kind: "none" }
  | { kind: "gaps"; gaps: Gaps }
  | { kind: "orders"; pairs: BoxHints }
  | { kind: "partition"; partition: Partition }
  | { kind: "layers"; g: LayerHints };

type Sizes = { v: number; K: number };
type Part = { name: string; expected: string; holds: (value: unknown, sizes: Sizes) => boolean };

const PARTS: Record<Exclude<Hints["kind"], "none">, Part> = {
  gaps: {
    name: "gaps",
    expected: "a Uint16Array [v, v, K], from 1 to v for each q <= m and n >= 1",
    holds: (gaps, { v, K }) =>
      isOfSize(gaps, v * v * K) && gaps.every((g, i) => isGap(g, i, { v, K })),
  },
  orders: {
    name: "pairs",
    expected: "a list [v, v]", // what it holds is checked where it is used
    holds: (pairs, { v }) => Array.isArray(pairs) && pairs.length === v * v,
  },
  partition: {
    name: "partition",
    expected: "a list [v, v] of disjoint sets of tokens other than m",
    holds: (list, { v }) =>
      Array.isArray(list) && list.length === v * v &&
      list.every((sets, pair) => areSets(sets, pair % v, v)),
  },
  layers: {
    name: "g",
    expected: "a Uint16Array [v, v]",
    holds: (g, { v }) => isOfSize(g, v * v),
  },
};

/** `hints` where they are of this kind and for models of v tokens and K positions. */
export function checkedHints<K extends keyof typeof PARTS>(
  hints: Hints,
  kind: K,
  sizes: Sizes,
): Extract<Hints, { kind: K }> {
  const todo = "use searchStrategy() of the same strategy and model";
  if (hints?.kind !== kind) {
    throw new TypeError(
      `Cannot verify: expected hints of kind ${kind} but found ${hints?.kind}: ${todo}`,
    );
  }
  const { name, expected, holds } = PARTS[kind];
  const value = (hints as Record<string, unknown>)[name];
  if (!holds(value, sizes)) {
    const found = ArrayBuffer.isView(value) || Array.isArray(value)
      ? `another list of ${(value as unknown as unknown[]).length}`
      : show(value);
    throw new RangeError(
      `Cannot verify: expected ${name} as ${expected} for v = ${sizes.v}, K = ${sizes.K} ` +
        `but found ${found}: ${todo}`,
    );
  }
  return hints as Extract<Hints, { kind: K }>;
}

function isOfSize(value: unknown, length: number): value is Uint16Array {
  return value instanceof Uint16Array && value.length === length;
}

/** Index (q v + m) K + n; a gap of 0 would count the maximum among the others. */
function isGap(gap: number, i: number, { v, K }: Sizes): boolean {
  const n = i % K, m = Math.floor(i / K) % v, q = Math.floor(i / K / v);
  return n === 0 || q > m || (gap >= 1 && gap <= v);
}

function areSets(sets: unknown, m: number, v: number): boolean {
  if (!Array.isArray(sets) || !sets.every((X) => Array.isArray(X) && X.length > 0)) return false;
  const tokens: number[] = sets.flat();
  return new Set(tokens).size === tokens.length &&
    tokens.every((x) => Number.isInteger(x) && x >= 0 && x < v && x !== m);
}
