/**
 * Pieces of a file of the hub that is too large to be fetched whole.
 * @module
 */
import { exactly, expectForm, whole } from "../form.ts";
import { escaped } from "../show.ts";
import { commitOf, keepCommit } from "./commit.ts";
import { addressOf } from "./fetch_hub.ts";
import { wholeBody } from "./ask.ts";
import { type Hub, hubError, openHub } from "./hub.ts";
import { layoutOf, pathIn } from "./layout.ts";
import { entriesOf } from "./listing.ts";
import { noFile } from "./none_chosen.ts";
import { patiently } from "./patience.ts";
import { isPresent } from "./present.ts";
import { notCached } from "./reach.ts";
import { isFailure, send } from "./send.ts";
import { sourceText } from "./source.ts";
import type { HubFile, HubOptions, HubSource } from "./types.ts";
import type { Entry } from "./verify.ts";

/** Most bytes of one piece: it is held in memory. */
const MOST = 256 * 2 ** 20;

/**
 * The file that `source.file` names, to be read in pieces: from the cache where it is there, whole
 * and checked, else by range requests. Of a piece the place and the length are checked, not a hash:
 * the hub has none of it. Throws where there is no such file.
 */
export async function hubFile(source: HubSource, options: HubOptions = {}): Promise<HubFile> {
  const hub = await openHub(source, options);
  const layout = layoutOf(hub.environment, source);
  const commit = await commitOf(hub, layout);
  const entries = await entriesOf(hub, layout, commit);
  const entry = entries.find(({ path }) => path === source.file);
  if (entry === undefined) throw await noFile(hub, layout, commit);
  const { path, size, etag } = entry;
  const url = addressOf(hub, { commit, path });
  const here = await isPresent(hub, layout, { commit, entry });
  if (!here && hub.environment.offline) throw notCached(hub, path);
  await keepCommit(hub, layout, commit);
  const local = pathIn(layout.snapshot(commit), path);
  const read = async (start: number, end: number) => {
    expectPiece(hub, { start, end, size });
    if (start === end) return new Uint8Array(0);
    return here
      ? await readLocal(local, start, end)
      : await readRange(hub, { url, entry, start, end });
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

async function readRange(
  hub: Hub,
  { url, entry, start, end }: { url: string; entry: Entry; start: number; end: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const range = `bytes=${start}-${end - 1}`;
  return await patiently(hub, async () => {
    const answer = await send(hub, url, { headers: { range } });
    if (isFailure(answer)) return answer;
    try {
      const { status, headers } = answer;
      const given = `${status} ${headers.get("content-range")}`;
      if (given !== `206 bytes ${start}-${end - 1}/${entry.size}`) throw noRange(hub, range, given);
      const body = await wholeBody(hub, answer, { most: end - start });
      if (isFailure(body)) return body;
      if (body.size < end - start) {
        return { found: `an end after ${body.size} bytes`, answered: true };
      }
      return new Uint8Array(await body.arrayBuffer());
    } finally {
      await answer.drop();
    }
  });
}

function noRange(hub: Hub, range: string, found: string): Error {
  return hubError(hub, {
    expected: `the ${range} of it alone`,
    found: `status ${escaped(found)}`,
    todo: "fetch the whole file first, a proxy may not give parts of one",
  });
}
