/** The page's data: what pack.ts packed, as lists of numbers again. @module */
import type { Packed, PackedExplorer } from "../packed.ts";

export type Numbers = Uint8Array | Uint16Array | Uint32Array | Float32Array;

type Unpacked<T> = T extends Packed ? Numbers
  : T extends string | number | boolean | undefined ? T
  : T extends readonly (infer Item)[] ? Unpacked<Item>[]
  : { [Name in keyof T]: Unpacked<T[Name]> };

/** Everything in the page, every Packed a list of numbers. */
export type PageData = Unpacked<PackedExplorer>;
export type Column = PageData["columns"][number];
export type Ranks = NonNullable<PageData["lens"]>;

const ARRAYS = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f32: Float32Array };

export function unpack(json: string): PageData {
  return unpacked(JSON.parse(json)) as PageData;
}

function unpacked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpacked);
  if (typeof value !== "object" || value === null) return value;
  const { type, bytes } = value as Partial<Packed>;
  if (type !== undefined && typeof bytes === "string") {
    const buffer = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0)).buffer;
    return new ARRAYS[type](buffer);
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, unpacked(item)]));
}

/** A column by its id. */
export function columnOf({ columns }: Pick<PageData, "columns">, id: string): Column {
  return columns.find((column) => column.id === id)!;
}
