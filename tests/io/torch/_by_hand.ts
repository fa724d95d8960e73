/** Pickles, zip archives and files of torch.save, byte by byte. @module */

type Part = string | number | Uint8Array | Part[];

/** Bytes of opcodes: a text is its characters, a number one byte. */
export function bytesOf(...parts: Part[]): Uint8Array<ArrayBuffer> {
  const flat = parts.map((part) => {
    if (typeof part === "number") return Uint8Array.of(part);
    if (typeof part === "string") return new TextEncoder().encode(part);
    return part instanceof Uint8Array ? part : bytesOf(...part);
  });
  const bytes = new Uint8Array(flat.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of flat) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The same bytes so many times. */
export function times(count: number, part: Part): Uint8Array {
  const bytes = bytesOf(part);
  return new Uint8Array(count * bytes.length).map((_, i) => bytes[i % bytes.length]);
}

/** A number of `width` bytes, little-endian. */
export function le(value: number | bigint, width: number): Uint8Array {
  return Uint8Array.from(
    { length: width },
    (_, i) => Number(BigInt(value) >> BigInt(8 * i) & 255n),
  );
}

export const text = (words: string): Part => ["X", le(words.length, 4), words];
export const int = (value: number): Part => [0x8a, 8, le(BigInt.asUintN(64, BigInt(value)), 8)];
export const tuple = (...items: Part[]): Part => ["(", ...items, "t"];
export const global = (module: string, name: string): Part => ["c", module, "\n", name, "\n"];
export const dict = (...entries: [string, Part][]): Part => [
  "}",
  "(",
  ...entries.flatMap(([key, value]) => [text(key), value]),
  "u",
];

/** Reference to a storage of `length` values. */
export const storage = (key: string, length: number, type = "FloatStorage"): Part => [
  tuple(text("storage"), global("torch", type), text(key), text("cpu"), int(length)),
  "Q",
];

export type Claims = { offset?: number; shape: number[]; strides: number[] };

/** A call of _rebuild_tensor_v2. */
export const tensor = (of: Part, { offset = 0, shape, strides }: Claims): Part => [
  global("torch._utils", "_rebuild_tensor_v2"),
  tuple(of, int(offset), tuple(...shape.map(int)), tuple(...strides.map(int)), 0x89, "N"),
  "R",
];

export const pickle = (value: Part): Uint8Array<ArrayBuffer> => bytesOf(0x80, 2, value, ".");

/** An entry of an archive; `claims` are written instead of what is true. */
export type ZipEntry = {
  name: string;
  bytes: Uint8Array;
  method?: number;
  size?: number;
  offset?: number;
};

/** A zip archive of stored entries. */
export function zip(entries: ZipEntry[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [], directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes, method = 0, size = bytes.length, offset } of entries) {
    const sizes = [le(0, 4), le(bytes.length, 4), le(size, 4), le(name.length, 2), le(0, 2)];
    const local = bytesOf(
      "PK\x03\x04",
      le(20, 2),
      le(0, 2),
      le(method, 2),
      le(0, 4),
      ...sizes,
      name,
    );
    const central = [le(20, 2), le(20, 2), le(0, 2), le(method, 2), le(0, 4), ...sizes];
    const rest = [le(0, 2), le(0, 2), le(0, 2), le(0, 4), le(offset ?? at, 4), name];
    directory.push(bytesOf("PK\x01\x02", ...central, ...rest));
    parts.push(local, bytes);
    at += local.length + bytes.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0),
    count = le(entries.length, 2);
  const end = bytesOf("PK\x05\x06", le(0, 4), count, count, le(size, 4), le(at, 4), le(0, 2));
  return bytesOf(...parts, ...directory, end);
}

/** A file of torch.save in the zip form, with `storages` float32 storages of so many bytes. */
export function torchZip(
  data: Uint8Array,
  storages: Record<string, number> = {},
  others: ZipEntry[] = [],
): Uint8Array<ArrayBuffer> {
  const own = Object.entries(storages).map(([key, length]) => {
    return { name: `m/data/${key}`, bytes: new Uint8Array(length) };
  });
  return zip([{ name: "m/data.pkl", bytes: data }, ...own, ...others]);
}

/** The same in the legacy form; each storage is [values it says, bytes it has]. */
export function torchLegacy(
  data: Uint8Array,
  storages: Record<string, [number | bigint, number]> = {},
): Uint8Array<ArrayBuffer> {
  const mark = [0x8a, 10, le(0x1950a86a20f9469cfc6cn, 10)], keys = Object.keys(storages);
  return bytesOf(
    pickle(mark),
    pickle(int(1001)),
    pickle(dict(["little_endian", 0x88])),
    data,
    pickle(["]", "(", ...keys.map(text), "e"]),
    ...Object.values(storages).map(([says, has]) => [le(says, 8), new Uint8Array(has)]),
  );
}
