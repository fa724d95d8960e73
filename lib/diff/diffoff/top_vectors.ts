/** The head of a list as vectors in activation space, and how much of two heads is the same. @module */
import type { HostArray } from "../../io/host_array.ts";
import { siteName } from "../../crosscoder/sites.ts";
import type { Found } from "../methods/method.ts";

/** Directions of a head at most. */
const HEAD = 20;

/** By hook [n, width]: the first directions of a list, each of norm 1 over all its hooks. */
export type Head = Record<string, HostArray>;

export function headOf({ coder, directions }: Found): Head {
  const first = directions.slice(0, HEAD), widths = new Map<string, number>();
  const rows = first.map((direction) => {
    const at = direction.kind === "vector" ? direction.at : decoderRow(coder!, direction.latent);
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

function decoderRow(
  { config: { sites, d_in }, arrays: { W_dec } }: NonNullable<Found["coder"]>,
  latent: number,
): Map<string, Float32Array> {
  const width = sites.length * d_in;
  const row = W_dec.data.slice(latent * width, (latent + 1) * width);
  const norm = Math.max(Math.sqrt(row.reduce((sum, x) => sum + x * x, 0)), Number.MIN_VALUE);
  return new Map(
    sites.map((site, l) => [
      siteName(site),
      row.slice(l * d_in, (l + 1) * d_in).map((x) => x / norm),
    ]),
  );
}

/** Cosines from which on two directions count as one. */
export const SAME = 0.7;

/**
 * Of the first `k` directions of each list, the share that has a match in the other's, mean of both
 * ways. The sign counts for nothing: a direction is removed whatever its sign.
 */
export function overlap(a: Head, b: Head, k = 10): number {
  const [m, n] = [a, b].map((head) => Math.min(k, Object.values(head)[0]?.shape[0] ?? 0));
  if (m === 0 || n === 0) return 0;
  const same = Array.from(
    { length: m },
    (_, i) => Array.from({ length: n }, (_, j) => Math.abs(cosineOf(a, i, { b, j })) >= SAME),
  );
  const there = same.filter((row) => row.includes(true)).length;
  const back =
    Array.from({ length: n }, (_, j) => same.some((row) => row[j])).filter(Boolean).length;
  return (there / m + back / n) / 2;
}

/** Rows have norm 1, so that the product is the cosine. */
function cosineOf(a: Head, i: number, { b, j }: { b: Head; j: number }): number {
  let sum = 0;
  for (const [hook, { shape: [, width], data }] of Object.entries(a)) {
    const other = b[hook];
    if (other === undefined) continue;
    for (let c = 0; c < width; c++) sum += data[i * width + c] * other.data[j * width + c];
  }
  return sum;
}
