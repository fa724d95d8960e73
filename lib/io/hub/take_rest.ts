/**
 * The rest of a file, in one request.
 * @module
 */
import { type Hub, hubError } from "./hub.ts";
import { type Answer, type Failure, isFailure, send } from "./send.ts";
import type { Entry } from "./verify.ts";

/** How far it came, and why it ended there; at the last byte there is no why. */
export type Taken = { done: number; end?: Failure };

/**
 * Writes the bytes of a file from `from` on into `part`, at their places. A server that gives no
 * part gives all, and the beginning is written again: the same bytes.
 */
export async function takeRest(
  hub: Hub,
  { url, part, from, entry, onBytes }: {
    url: string;
    part: string;
    from: number;
    entry: Entry;
    onBytes: (done: number) => void;
  },
): Promise<Taken> {
  const headers: HeadersInit = from > 0 ? { range: `bytes=${from}-` } : {};
  const answer = await send(hub, url, { headers });
  if (isFailure(answer)) return { done: from, end: answer };
  try {
    const start = startOf(hub, answer, { from, entry });
    if (isFailure(start)) return { done: from, end: start };
    let done = start;
    using file = await Deno.open(part, { create: true, write: true });
    await file.seek(start, Deno.SeekMode.Start);
    while (true) {
      const bytes = await answer.next();
      if (bytes === undefined) break;
      if (isFailure(bytes)) return { done, end: bytes };
      if (done + bytes.length > entry.size) throw wrongLength(hub, entry, "more bytes");
      for (let n = 0; n < bytes.length;) n += await file.write(bytes.subarray(n));
      done += bytes.length;
      onBytes(done);
    }
    return done === entry.size ? { done } : { done, end: cut(done) };
  } finally {
    await answer.drop();
  }
}

/** The place of the first byte of the answer. Throws where the file on the hub has another length. */
function startOf(
  hub: Hub,
  { status, headers }: Answer,
  { from, entry }: { from: number; entry: Entry },
): number | Failure {
  const length = headers.get("content-length");
  if (status !== 206) {
    if (length !== null && Number(length) !== entry.size && !headers.has("content-encoding")) {
      throw wrongLength(hub, entry, `${Number(length)}`);
    }
    return 0;
  }
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "") ??
    [];
  if (total !== undefined && total !== "*" && Number(total) !== entry.size) {
    throw wrongLength(hub, entry, `${Number(total)}`);
  }
  if (Number(start) === from) return from;
  return { found: "another part of the file than was asked for", answered: true };
}

function cut(done: number): Failure {
  return { found: `an end after ${done} bytes`, answered: true };
}

function wrongLength(hub: Hub, { path, size }: Entry, found: string): Error {
  return hubError(hub, {
    expected: `${path} to have ${size} bytes, as it is listed,`,
    found,
    todo: "run it again; if it stays so, the hub or a proxy gives wrong bytes",
  });
}
