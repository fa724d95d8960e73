/**
 * One file of the hub, to its place among the blobs.
 *
 * It grows as `<etag>.incomplete`, and gets its name when its size and its hash are right. What is
 * there of an earlier try is kept and only the rest asked for; the hash tells whether both belong
 * together. Processes take turns by a lock. Where the disk has no locks they write the same bytes to
 * the same places and cut nothing off, so that none harms another.
 * @module
 */
import { dirname } from "node:path";
import { flush, guardDisk, removeIfThere } from "../files.ts";
import { escaped } from "../show.ts";
import { type Hub, hubError } from "./hub.ts";
import type { Layout } from "./layout.ts";
import { withLock } from "./lock.ts";
import { waitAfter } from "./patience.ts";
import { isFailure } from "./send.ts";
import { takeRest } from "./take_rest.ts";
import { damageOf, type Entry, wordsFor } from "./verify.ts";

/** Tries in a row that bring nothing new. */
const TRIES = 5;

/** Downloads a file; `onBytes` hears how many of its bytes are there. */
export async function download(
  hub: Hub,
  layout: Layout,
  { url, entry, onBytes }: { url: string; entry: Entry; onBytes: (done: number) => void },
): Promise<void> {
  const blob = layout.blob(entry.etag);
  const part = `${blob}.incomplete`;
  await guardDisk(blob, async () => {
    await Deno.mkdir(dirname(blob), { recursive: true });
    const wait = () =>
      hub.onNote(`Another process downloads ${escaped(entry.path)}: waiting for it`);
    await withLock(layout.lock(entry.etag), async () => {
      if (await isThere(blob, entry)) return;
      const begun = await takeAll(hub, { url, part, entry, onBytes });
      let damage = await damageOf(part, entry);
      if (damage !== undefined && begun > 0) { // what was there before belonged to something else
        await Deno.remove(part);
        await takeAll(hub, { url, part, entry, onBytes });
        damage = await damageOf(part, entry);
      }
      if (damage !== undefined) {
        await Deno.remove(part);
        throw hubError(hub, {
          expected: wordsFor(entry),
          found: `${damage} after the download`,
          todo: "run it again; if it stays so, the hub or a proxy gives wrong bytes",
        });
      }
      await flush(part);
      await Deno.rename(part, blob);
    }, wait);
  });
}

async function isThere(blob: string, entry: Entry): Promise<boolean> {
  const found = await Deno.stat(blob).catch(() => undefined);
  return found?.isFile === true && await damageOf(blob, entry) === undefined;
}

type Taking = { url: string; part: string; entry: Entry; onBytes: (done: number) => void };

/** Takes bytes until all are there; returns how many were at the beginning. */
async function takeAll(hub: Hub, { url, part, entry, onBytes }: Taking): Promise<number> {
  const begun = await sizeOf(part, entry);
  if (entry.size === 0) await Deno.writeFile(part, new Uint8Array());
  for (let done = begun, tries = 1; done < entry.size;) {
    onBytes(done);
    const taken = await takeRest(hub, { url, part, from: done, entry, onBytes });
    tries = taken.done > done ? 1 : tries;
    done = taken.done;
    if (!isFailure(taken.end)) continue;
    await waitAfter(hub, taken.end, { tries: tries++, most: TRIES });
  }
  return begun;
}

/** Bytes that are there of an earlier try; what is longer than the file is none of it. */
async function sizeOf(part: string, { size }: Entry): Promise<number> {
  const found = await Deno.stat(part).catch(() => undefined);
  if (found === undefined) return 0;
  if (found.isFile && found.size <= size) return found.size;
  await removeIfThere(part, { recursive: true });
  return 0;
}
