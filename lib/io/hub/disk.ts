/**
 * Room on the disk, asked for before a download begins.
 * @module
 */
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { exists } from "../files.ts";
import { escaped } from "../show.ts";
import { type Hub, hubError } from "./hub.ts";
import { sizeWords } from "./size_words.ts";

/** Free bytes for this user on the disk that `folder` is or will be on. */
async function freeBytes(folder: string): Promise<number> {
  while (!await exists(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Throws where so many more bytes do not fit. `about`: by an estimate. */
export async function expectRoom(
  hub: Hub,
  { folder, bytes, about = false, free = freeBytes }: {
    folder: string;
    bytes: number;
    about?: boolean;
    free?: (folder: string) => Promise<number>;
  },
): Promise<void> {
  const found = await free(folder).catch((error) => {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw hubError(hub, {
      expected: "leave to ask how much room the disk has",
      found: "none",
      todo: "run with --allow-sys=statfs, and --allow-read of the folders above the cache",
    });
  });
  if (bytes <= found) return;
  throw hubError(hub, {
    expected: `room for ${about ? "about " : ""}${sizeWords(bytes)} on the disk of ${
      escaped(folder)
    }`,
    found: sizeWords(found),
    todo: `free some, ${about ? "ask for fewer records, " : ""}or set HF_HOME to a folder on a ` +
      "larger disk",
  });
}
