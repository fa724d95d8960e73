/**
 * Pieces of a file by range requests.
 * @module
 */
import { escaped } from "../show.ts";
import { wholeBody } from "./ask.ts";
import type { FoundFile } from "./find_file.ts";
import { type Hub, hubError } from "./hub.ts";
import { patiently } from "./patience.ts";
import { isFailure, send } from "./send.ts";
import type { Entry } from "./verify.ts";

/** Reads pieces of a file from the hub. Throws where it changes from one piece to the next. */
export function rangesOf(
  { hub, entry, url }: FoundFile,
): (start: number, end: number) => Promise<Uint8Array<ArrayBuffer>> {
  let first: string | null | undefined;
  const onTag = (tag: string | null) => {
    if (first === undefined) first = tag;
    if (tag === first) return;
    throw hubError(hub, {
      expected: `pieces of one file, with the tag ${escaped(first ?? "none")},`,
      found: escaped(tag ?? "none"),
      todo: "run it again, and tell the owner of the server that its files change",
    });
  };
  return (start, end) => readRange(hub, { url, entry, start, end, onTag });
}

async function readRange(
  hub: Hub,
  { url, entry, start, end, onTag }: {
    url: string;
    entry: Entry;
    start: number;
    end: number;
    onTag: (tag: string | null) => void;
  },
): Promise<Uint8Array<ArrayBuffer>> {
  const range = `bytes=${start}-${end - 1}`;
  return await patiently(hub, async () => {
    const answer = await send(hub, url, { headers: { range } });
    if (isFailure(answer)) return answer;
    try {
      const { status, headers } = answer;
      const given = `${status} ${headers.get("content-range")}`;
      if (given !== `206 bytes ${start}-${end - 1}/${entry.size}`) {
        throw noRange(hub, range, given);
      }
      onTag(headers.get("etag"));
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
