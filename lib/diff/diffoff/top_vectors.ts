/** The head of a list as vectors in activation space, and how much of two heads is the same. @module */
import type { HostArray } from "../../io/host_array.ts";
import { decoderRow } from "../../crosscoder/rows.ts";
import { siteName } from "../../crosscoder/sites.ts";
import type { Found } from "../methods/method.ts";

/** Directions of a head at most. */
const HEAD = 20;

/** By hook [n, width]: the first directions of a list, each of norm 1 over all its hooks. */
export type Head = Record<string, HostArray>;

/** A list's first directions, of a latent its decoder row; 0 at the hooks where one has no part. */
export function headOf({ coder, directions }: Found): Head {
  const first = directions.slice(0, HEAD), widths = new Map<string, number>();
  const rows = first.map((direction) => {
    const at = direction.kind === "vector" ? direction.at : writtenBy(coder!, direction.latent);
    for (const [hook, values] of at) widths.set(hook, values.length);
    return at;
  });
  return Object.fromEntries(
    [...widths].map(([hook, width]) => {
      const data = new Float32Array(rows.length * width);
      rows.forEach((at, n) => data.set(at.get(hook) ?? [], n * width));
      return [hook, { shape: [rows.length, width], data }];
    }),
  );
}

/** A latent's decoder row by hook, of norm 1 over all of them. */
function writtenBy(coder: NonNullable<Found["coder"]>, latent: number): Map<string, Float32Array> {
  const { sites, d_in } = coder.config, row = decoderRow(coder, latent);
  const norm = Math.max(Math.sqrt(row.reduce((sum, x) => sum + x * x, 0)), Number.MIN_VALUE);
  return new Map(
    sites.map((site, l) => [
      siteName(site),
      row.subarray(l * d_in, (l + 1) * d_in).map((x) => x / norm),
    ]),
  );
}

/** Cosines from which on two directions count as one. */
export const SAME = 0.7;

/** A part with less than this share of an even part's squared norm does not say where it points. */
const LEAST_PART = 0.1;

/**
 * Of the first `size` directions of each list, the share that has a match in the other's, mean of both
 * ways. Two directions match where their parts at some hook that both have point the same way: a
 * direction at one hook and a latent of five have one to compare, and the long parts of late hooks
 * drown none. The sign counts for nothing: a direction is removed whatever its sign. Null where the
 * lists have no hook in common, or one is empty: there is nothing to compare.
 */
export function overlap(a: Head, b: Head, size = 10): number | null {
  const [rows, others] = [partsOf(a, size), partsOf(b, size)];
  const hooks = new Set(rows.flatMap((parts) => [...parts.keys()]));
  if (!others.some((parts) => [...parts.keys()].some((hook) => hooks.has(hook)))) return null;
  const same = rows.map((row) => others.map((other) => match(row, other)));
  const there = same.filter((row) => row.includes(true)).length;
  const back = others.filter((_, j) => same.some((row) => row[j])).length;
  return (there / rows.length + back / others.length) / 2;
}

/** A direction's parts by hook, each of norm 1; those that hardly exist are left out. */
type Parts = Map<string, Float64Array>;

function partsOf(head: Head, size: number): Parts[] {
  const n = Math.min(size, Object.values(head)[0]?.shape[0] ?? 0);
  return Array.from({ length: n }, (_, i) => {
    const all = Object.entries(head).map(([hook, { shape: [, width], data }]) => {
      const part = Float64Array.from(data.subarray(i * width, (i + 1) * width));
      return { hook, part, square: part.reduce((sum, x) => sum + x * x, 0) };
    }).filter(({ square }) => square > 0);
    const whole = all.reduce((sum, { square }) => sum + square, 0);
    return new Map(
      all.filter(({ square }) => square >= LEAST_PART * whole / all.length)
        .map(({ hook, part, square }) => [hook, part.map((x) => x / Math.sqrt(square))]),
    );
  });
}

function match(a: Parts, b: Parts): boolean {
  return [...a].some(([hook, part]) => {
    const other = b.get(hook);
    if (other === undefined) return false;
    return Math.abs(part.reduce((sum, x, c) => sum + x * other[c], 0)) >= SAME;
  });
}
