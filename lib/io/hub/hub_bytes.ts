/**
 * A file of the hub of which only parts are wanted, and those once.
 * @module
 */
import { type ByteSource, fileSource } from "../byte_source.ts";
import { keepRanges } from "../kept_ranges.ts";
import { findFile } from "./find_file.ts";
import { rangesOf } from "./ranges.ts";
import { notCached } from "./reach.ts";
import { sourceText } from "./source.ts";
import type { HubOptions, HubSource } from "./types.ts";

/**
 * The bytes of the file that `source.file` names. Where the cache has it whole, it is read there;
 * else its parts are asked for as they are read, and kept in the cache beside the whole files, named
 * by the hash of the file: what was read once needs no network.
 */
export async function hubBytes(source: HubSource, options: HubOptions = {}): Promise<ByteSource> {
  const found = await findFile(source, options);
  const { hub, layout, commit, entry, local } = found;
  const name = sourceText({ ...source, file: entry.path }, { revision: commit });
  if (local !== undefined) return { ...await fileSource(local), name };
  const ask = rangesOf(found);
  const far: ByteSource = {
    name,
    size: entry.size,
    async read(from, to) {
      if (hub.environment.offline) throw notCached(hub, `bytes ${from} to ${to} of ${entry.path}`);
      return await ask(from, to);
    },
    [Symbol.dispose]() {},
  };
  return await keepRanges(far, { folder: layout.ranges(entry.etag), onNote: hub.onNote });
}
