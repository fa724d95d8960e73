/**
 * The form of torch.save since PyTorch 1.6: a zip archive whose folder, called anything, holds the
 * pickle (data.pkl), the storages (data/0, data/1, ...) and small notes (byteorder, version).
 *
 * @module
 */
import type { Fail } from "../safetensors_header.ts";
import { showName } from "../show.ts";
import { torchWorld } from "./globals.ts";
import { bytesIn, type Opened, type Source, storageClaims } from "./opened.ts";
import { unpickle } from "./pickle.ts";
import { MOST_PICKLE } from "./pickle_source.ts";
import type { Storage } from "./values.ts";
import { storedEntries, type StoredEntry } from "./zip_entries.ts";

const NOTES = new Set([
  "byteorder",
  "version",
  ".format_version",
  ".storage_alignment",
  ".data/serialization_id",
]);

/** Longest note that is read. */
const NOTE = 100;

/** The first bytes of a zip archive. */
export function isZip(head: Uint8Array): boolean {
  return `${head.subarray(0, 4)}` === "80,75,3,4"; // PK\3\4
}

/** Opens the archive: its value is there, its storages are compared with their entries. */
export async function openZip(source: Source): Promise<Opened> {
  const { path, fail } = source, entries = await storedEntries(path, source);
  const folder = folderOf([...entries.keys()], fail);
  await expectLittleEndian(entries.get(`${folder}byteorder`), fail);
  const pickle = entries.get(`${folder}data.pkl`)!, { storages, claim } = storageClaims(fail);
  if (pickle.size > MOST_PICKLE) fail(`a pickle of at most ${MOST_PICKLE} bytes`, pickle.size);
  const bytes = { bytes: await pickle.read(), at: 0, size: pickle.size, fail };
  const value = unpickle(bytes, torchWorld(fail, claim));
  if (bytes.at !== bytes.size) fail("a pickle to the end of data.pkl", `an end at ${bytes.at}`);
  expectStorages(entries, { folder: `${folder}data/`, storages, fail });
  return { value, storages, read: (key) => entries.get(`${folder}data/${key}`)!.read() };
}

/** The folder of data.pkl. Throws where anything lies in the archive that torch.save does not write. */
function folderOf(names: string[], fail: Fail): string {
  const pickle = names.find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined) {
    return fail("an archive of torch.save with a data.pkl", `${names.length} entries without one`);
  }
  const folder = pickle.slice(0, -"data.pkl".length);
  const stranger = names.find((name) => {
    const own = name.startsWith(folder) ? name.slice(folder.length) : "";
    return !(own === "data.pkl" || NOTES.has(own) || /^data\/[^/]+$/.test(own));
  });
  if (stranger === undefined) return folder;
  return fail(
    "the entries of torch.save alone",
    `${showName(stranger)}, as a TorchScript program or another archive has`,
    "save model.state_dict() with torch.save",
  );
}

/** Files of torch before 2.0 have no note of it; they were written little-endian. */
async function expectLittleEndian(note: StoredEntry | undefined, fail: Fail): Promise<void> {
  if (note === undefined) return;
  const order = note.size <= NOTE ? new TextDecoder().decode(await note.read()) : "a long text";
  if (order === "little") return;
  fail("byteorder little", showName(order), "save it again on a little-endian machine");
}

/** Throws where entries and storages are not the same, in number and size. */
function expectStorages(
  entries: Map<string, StoredEntry>,
  { folder, storages, fail }: { folder: string; storages: Map<string, Storage>; fail: Fail },
): void {
  for (const storage of storages.values()) {
    const name = `${folder}${storage.key}`, found = entries.get(name)?.size;
    if (found === bytesIn(storage)) continue;
    const claimed = `${bytesIn(storage)} bytes in ${showName(name)}, as its pickle claims,`;
    fail(claimed, found ?? "no such entry");
  }
  for (const name of entries.keys()) {
    if (!name.startsWith(folder) || storages.has(name.slice(folder.length))) continue;
    fail("storages of tensors alone", `${showName(name)}, which no tensor uses`);
  }
}
