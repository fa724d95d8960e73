/**
 * The form of torch.save before PyTorch 1.6, five pickles and the storages behind them:
 *
 *   a mark, the version of the form, facts on the machine, the value, the list of storage keys
 *   for each key: the number of its values (8 bytes), then these
 *
 * @module
 */
import { readAt } from "../regular_files.ts";
import type { Fail } from "../safetensors_header.ts";
import { showName } from "../show.ts";
import { torchWorld } from "./globals.ts";
import { bytesIn, type Opened, type Source, storageClaims } from "./opened.ts";
import { unpickle, type World } from "./pickle.ts";
import { MOST_PICKLE, type PickleSource } from "./pickle_source.ts";
import type { Storage, Value } from "./values.ts";

const MARK = 0x1950a86a20f9469cfc6cn;
const VERSION = 1001;

/** Bytes that are read at first; the pickle of a small model ends within them. */
const FIRST = 2 ** 16;

/** Opens the file: its value is there, and the storages behind it are compared with its claims. */
export async function openLegacy(source: Source): Promise<Opened> {
  const { fail, path, file } = source, pickles = await beginning(source), plain = onlyNumbers(fail);
  if (unpickle(pickles, plain) !== MARK || unpickle(pickles, plain) !== VERSION) {
    fail("a file of torch.save", "another pickle", "save model.state_dict() with torch.save");
  }
  const machine = unpickle(pickles, plain);
  const isDict = typeof machine === "object" && machine?.kind === "dict";
  if (!isDict || machine.entries.get("little_endian") !== true) {
    fail("little-endian storages", "others", "save it again on a machine of that byte order");
  }
  const { storages, claim } = storageClaims(fail);
  const value = unpickle(pickles, torchWorld(fail, claim));
  const keys = keysOf(unpickle(pickles, plain), storages, fail);
  const places = await storagePlaces(source, keys.map((key) => storages.get(key)!), pickles.at);
  const read = (key: string) =>
    readAt(path, { file, at: places.get(key)!, size: bytesIn(storages.get(key)!) });
  return { value, storages, read };
}

function onlyNumbers(fail: Fail): World {
  const refuse = (found: string) => fail("numbers at the beginning of torch.save's file", found);
  return {
    global: (module, name) => refuse(showName(`${module}.${name}`)),
    call: () => refuse("a call"),
    persistent: () => refuse("a reference"),
  };
}

/** The beginning of a file, of which more is read as it is asked for. */
async function beginning({ path, file, size, fail }: Source): Promise<PickleSource> {
  const bytes = await readAt(path, { file, at: 0, size: Math.min(FIRST, size) });
  const pickles: PickleSource = { bytes, at: 0, size, fail, more };
  return pickles;

  function more(count: number): Uint8Array {
    const wanted = Math.min(size, MOST_PICKLE, Math.max(count, 4 * pickles.bytes.length));
    const longer = new Uint8Array(wanted);
    file.seekSync(0, Deno.SeekMode.Start);
    for (let done = 0; done < wanted;) {
      const read = file.readSync(longer.subarray(done));
      if (read === null) return fail(`${wanted} bytes`, `an end after ${done}`);
      done += read;
    }
    return longer;
  }
}

/** The keys of all storages, in the order in which they lie in the file. */
function keysOf(list: Value, storages: Map<string, Storage>, fail: Fail): string[] {
  const keys = typeof list === "object" && list?.kind === "list" ? list.items : [];
  const known = keys.filter((key) => typeof key === "string" && storages.has(key)) as string[];
  if (known.length !== keys.length || new Set(known).size !== storages.size) {
    fail(`the keys of the ${storages.size} storages that its tensors use`, `${keys.length} others`);
  }
  if (known.length !== storages.size) fail("each storage once", "one twice");
  return known;
}

/**
 * Where the values of each storage begin: behind the number of them, one storage behind the other
 * to the file's end.
 */
async function storagePlaces(
  { path, file, size, fail }: Source,
  storages: Storage[],
  begin: number,
): Promise<Map<string, number>> {
  const places = new Map<string, number>();
  let at = begin;
  for (const storage of storages) {
    const { key, length } = storage;
    if (at + 8 > size) fail(`storage ${showName(key)} at byte ${at}`, `${size} bytes in all`);
    const head = await readAt(path, { file, at, size: 8 });
    const found = new DataView(head.buffer).getBigInt64(0, true);
    if (found !== BigInt(length)) {
      fail(`${length} values in storage ${showName(key)}, as its pickle claims,`, found);
    }
    places.set(key, at + 8);
    at += 8 + bytesIn(storage);
  }
  if (at !== size) fail(`storages to byte ${at}`, `${size} bytes in all`);
  return places;
}
