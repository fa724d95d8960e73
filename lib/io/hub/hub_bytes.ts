/**
 * A file of the hub of which only parts are wanted, and those once.
 * @module
 */
import { type ByteSource, fileSource } from "../byte_source.ts";
import { keepRanges } from "../kept_ranges.ts";
import { expectRoom } from "./disk.ts";
import { findFile } from "./find_file.ts";
import { rangesOf } from "./ranges.ts";
import { notCached } from "./reach.ts";
import { sourceText } from "./source.ts";
import type { HubOptions, HubProgress, HubSource } from "./types.ts";

/** How the bytes of a file on a hub are read, and who hears of it. */
export type HubBytesOptions = HubOptions & {
  /** How many of so many bytes of the files that are read after it are missing. */
  after?: (bytes: number) => Promise<number>;
  /** Hears how many bytes came, and of about how many. Not called for what the cache has. */
  onProgress?: (progress: HubProgress) => void;
};

/**
 * The bytes of the file that `source.file` names. Where the cache has it whole, it is read there;
 * else its parts are asked for as they are read, and kept in the cache beside the whole files, named
 * by the hash of the file: what was read once needs no network.
 * Throws before it asks for a part where that and all that is foreseen have no room on the disk.
 */
export async function hubBytes(
  source: HubSource,
  { after, onProgress, ...options }: HubBytesOptions = {},
): Promise<ByteSource> {
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
  const folder = layout.ranges(entry.etag);
  return await keepRanges(far, {
    folder,
    onNote: hub.onNote,
    after,
    async expectRoom(bytes) {
      if (!hub.environment.offline) await expectRoom(hub, { folder, bytes, about: true });
    },
    onProgress(progress) {
      if (!hub.environment.offline) onProgress?.({ file: entry.path, about: true, ...progress });
    },
  });
}
