/**
 * Pieces of a file of the hub that is too large to be fetched whole.
 * @module
 */
import { exactly, expectForm, whole } from "../form.ts";
import { escaped } from "../show.ts";
import { findFile } from "./find_file.ts";
import type { Hub } from "./hub.ts";
import { rangesOf } from "./ranges.ts";
import { notCached } from "./reach.ts";
import { sourceText } from "./source.ts";
import type { HubFile, HubOptions, HubSource } from "./types.ts";

/** Most bytes of one piece: it is held in memory. */
const MOST = 256 * 2 ** 20;

/**
 * The file that `source.file` names, to be read in pieces: from the cache where it is there, whole
 * and checked, else by range requests. Of a piece the place and the length are checked, not a hash:
 * the hub has none of it. Throws where there is no such file.
 */
export async function hubFile(source: HubSource, options: HubOptions = {}): Promise<HubFile> {
  const found = await findFile(source, options);
  const { hub, entry, url, commit, local } = found;
  const { size, etag } = entry;
  if (local === undefined && hub.environment.offline) throw notCached(hub, entry.path);
  const far = rangesOf(found);
  const read = async (start: number, end: number) => {
    expectPiece(hub, { start, end, size });
    if (start === end) return new Uint8Array(0);
    return local === undefined ? await far(start, end) : await readLocal(local, start, end);
  };
  return { url, size, commit, etag, read };
}

function expectPiece(
  { source }: Hub,
  { start, end, size }: { start: number; end: number; size: number },
): void {
  const action = `read a piece of ${sourceText(source)}`;
  expectForm(action, { start, end }, exactly({ start: whole(0, size), end: whole(0, size) }));
  expectForm(action, { end }, exactly({ end: whole(start, Math.min(size, start + MOST)) }));
}

async function readLocal(
  path: string,
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  using file = await Deno.open(path);
  await file.seek(start, Deno.SeekMode.Start);
  const bytes = new Uint8Array(end - start);
  for (let done = 0; done < bytes.length;) {
    const n = await file.read(bytes.subarray(done));
    if (n === null) {
      throw new Error(
        `Cannot read ${escaped(path)}: expected ${end} bytes but found ${
          start + done
        }: fetch it again`,
      );
    }
    done += n;
  }
  return bytes;
}
