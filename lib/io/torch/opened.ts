/**
 * An open file of torch.save, whichever form it has: its value, the storages that this claims, and
 * where their bytes are.
 *
 * @module
 */
import { widthOf } from "../dtypes.ts";
import type { Fail } from "../safetensors_header.ts";
import type { Storage, Value } from "./values.ts";

/** `read` gives the bytes of a storage, each time anew. */
export type Opened = {
  value: Value;
  storages: Map<string, Storage>;
  read(key: string): Promise<Uint8Array<ArrayBuffer>>;
};

/** An open regular file; `fail` throws errors that name it. */
export type Source = { path: string; file: Deno.FsFile; size: number; fail: Fail };

/** Collects the storages that a pickle claims; one key claims the same each time. */
export function storageClaims(fail: Fail): {
  storages: Map<string, Storage>;
  claim(storage: Storage): Storage;
} {
  const storages = new Map<string, Storage>();
  return {
    storages,
    claim(storage) {
      const earlier = storages.get(storage.key);
      if (earlier === undefined) storages.set(storage.key, storage);
      else if (earlier.dtype !== storage.dtype || earlier.length !== storage.length) {
        fail(`one size and type of storage ${storage.key.slice(0, 40)}`, "two");
      }
      return earlier ?? storage;
    },
  };
}

/** Bytes of a storage, as far as its claim goes. */
export function bytesIn({ dtype = "U8", length }: Storage): number {
  return length * widthOf(dtype)!;
}
