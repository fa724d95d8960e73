/**
 * How much of files that are read in pieces is not on this disk.
 * @module
 */
import { keptBytes } from "../kept_ranges.ts";
import { type HubEnvironment, hubEnvironment } from "./environment.ts";
import { layoutOf } from "./layout.ts";
import type { HubList, HubSource } from "./types.ts";

/**
 * How many of the first `bytes` of the files, one after the other, the cache has neither whole nor in
 * pieces; a piece counts as one of those bytes wherever in its file it lies. Nothing is asked or
 * compared.
 */
export async function missingOf(
  source: HubSource,
  { files, bytes, environment }: {
    files: HubList["files"];
    bytes: number;
    environment?: HubEnvironment;
  },
): Promise<number> {
  const { blob, ranges } = layoutOf(environment ?? await hubEnvironment(), source);
  let missing = 0, left = bytes;
  for (const { size, etag } of files) {
    if (left <= 0) break;
    const whole = await Deno.stat(blob(etag)).then(({ isFile }) => isFile, () => false);
    if (!whole) missing += Math.max(0, Math.min(left, size) - await keptBytes(ranges(etag)));
    left -= size;
  }
  return missing;
}
