/**
 * What unfinished work keeps so that a killed process can go on: one file beside the folder that
 * the work will become.
 *
 *   <folder>.checkpoint     the SHA-256 of what follows, 32 bytes, then the state as the work wrote it
 *
 * It is written in the work's own temporary folder, flushed and renamed, so it is whole or absent;
 * a damaged one is noticed by its hash, told, and not used. The work is a function of its inputs,
 * so two processes that write the same checkpoint are both right.
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { flush, guardDisk, writeWhole } from "./files.ts";
import { readBytes } from "./regular_files.ts";
import { escaped } from "./show.ts";

/** The state of unfinished work, kept on disk. */
export type Checkpoint = {
  /**
   * The state written last; undefined where there is none, or where it is damaged, which is told.
   */
  read(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Replaces the state. */
  write(state: Uint8Array): Promise<void>;
  /** Tells that the state is not one of this work, in words for "but found ...". */
  refuse(found: string): void;
};

const HASH = 32;

/** Most bytes of a state: weights and two moments of any model that this library trains. */
const MOST_BYTES = 2 ** 35;

/** Where the state of the work lies that will become `folder`. */
export function checkpointPath(folder: string): string {
  return `${folder}.checkpoint`;
}

/** The checkpoint of the work that fills `work` and will become `folder`. */
export function openCheckpoint(
  folder: string,
  { work, onDamaged }: { work: string; onDamaged: (text: string) => void },
): Checkpoint {
  const path = checkpointPath(folder);
  const refuse = (found: string) => {
    onDamaged(
      `Cannot go on from ${escaped(path)}: expected the state of this work but found ${found}: ` +
        "the work begins again",
    );
  };
  return {
    refuse,
    async read() {
      if (!await exists(path)) return undefined;
      const bytes = await readBytes(path, { most: MOST_BYTES, what: "checkpoint" });
      const state = bytes.subarray(HASH);
      if (bytes.length >= HASH && sha256(state).every((byte, i) => byte === bytes[i])) {
        return state;
      }
      refuse("other bytes than were written");
      return undefined;
    },
    async write(state) {
      const bytes = new Uint8Array(HASH + state.length);
      bytes.set(sha256(state));
      bytes.set(state, HASH);
      const written = join(work, ".checkpoint"); // killed on the way, it goes with its folder
      await writeWhole(written, bytes);
      await guardDisk(path, () => Deno.rename(written, path));
      await flush(path);
    },
  };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.lstat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
