/**
 * What a pickle of torch.save is made of. All of it is plain data: nothing here can be run.
 *
 * @module
 */

/** The bytes of one or several tensors, claimed by name; `length` counts values of `dtype`. */
export type Storage = {
  kind: "storage";
  key: string;
  /** Undefined where the storage is untyped; `length` then counts bytes. */
  dtype?: string;
  length: number;
};

/** A tensor: where in its storage which value lies. All counts are in values. */
export type View = {
  kind: "tensor";
  storage: Storage;
  dtype: string;
  offset: number;
  shape: number[];
  strides: number[];
};

/** A name of Python that is known here; what it stands for is torch's business (globals.ts). */
export type Global = { kind: "global"; name: string };

export type Key = string | number | bigint | boolean | null;
export type Dict = { kind: "dict"; entries: Map<Key, Value> };
export type Tuple = { kind: "tuple"; items: Value[] };
export type List = { kind: "list"; items: Value[] };
export type Bytes = { kind: "bytes"; bytes: Uint8Array };

export type Value = Key | Dict | Tuple | List | Bytes | Global | Storage | View;

/** What a value is, in words; its content may be without end. */
export function kindOf(value: Value): string {
  if (value === null) return "None";
  if (typeof value === "object") return value.kind === "global" ? value.name : `a ${value.kind}`;
  if (typeof value === "string") return "a text";
  return typeof value === "boolean" ? "true or false" : "a number";
}
