/**
 * The names of Python that a file of tensors needs, and what each makes: torch._utils' calls that
 * rebuild a tensor, storages and number types, OrderedDict, torch.Size. Any other name is refused
 * before it could be called.
 *
 * @module
 */
import type { Fail } from "../safetensors_header.ts";
import { show } from "../show.ts";
import type { World } from "./pickle.ts";
import { type Global, kindOf, type Storage, type Value, type View } from "./values.ts";

/** Number types as PyTorch and as safetensors call them, with the storages that had one of old. */
const DTYPES: [type: string, dtype: string, storage?: string][] = [
  ["float32", "F32", "Float"],
  ["float16", "F16", "Half"],
  ["bfloat16", "BF16", "BFloat16"],
  ["float64", "F64", "Double"],
  ["bool", "BOOL", "Bool"],
  ["uint8", "U8", "Byte"],
  ["int8", "I8", "Char"],
  ["int16", "I16", "Short"],
  ["int32", "I32", "Int"],
  ["int64", "I64", "Long"],
  ["uint16", "U16"],
  ["uint32", "U32"],
  ["uint64", "U64"],
];
const TYPES = new Map(DTYPES.map(([type, dtype]) => [`torch.${type}`, dtype]));
const STORAGES = new Map<string, string>(
  DTYPES.flatMap(([, dtype, storage]) => {
    return storage === undefined ? [] : [[`torch.${storage}Storage`, dtype]] as const;
  }),
);
const UNTYPED = new Set(["torch.storage.UntypedStorage", "torch.UntypedStorage"]);

/** Makes a value of its arguments; throws through `fail` where they are not what it takes. */
type Call = (args: Value[], fail: Fail) => Value;

const CALLS: Record<string, Call> = {
  "collections.OrderedDict": (args, fail) => {
    if (args.length > 0) fail("an OrderedDict that is filled afterwards", "one of arguments");
    return { kind: "dict", entries: new Map() };
  },
  "torch.Size": ([sizes = null], fail) => {
    return { kind: "tuple", items: counts(sizes, { what: "torch.Size", fail }) };
  },
  "torch._utils._rebuild_tensor": (args, fail) => view(args.slice(0, 4), fail),
  "torch._utils._rebuild_tensor_v2": ([...args], fail) => {
    expectPlain(args[6], fail);
    return view(args.slice(0, 4), fail);
  },
  "torch._utils._rebuild_tensor_v3": ([...args], fail) => {
    const dtype = nameOf(args[6]);
    if (!TYPES.has(dtype ?? "")) fail("a number type of torch", kindOf(args[6] ?? null));
    expectPlain(args[7], fail);
    return view(args.slice(0, 4), fail, TYPES.get(dtype!));
  },
  "torch._utils._rebuild_parameter": ([data = null], fail) => {
    if (typeof data === "object" && data?.kind === "tensor") return data;
    return fail("a tensor as the data of a parameter", kindOf(data));
  },
};

/** Torch's world; each storage that the pickle claims is handed to `claim`. */
export function torchWorld(fail: Fail, claim: (storage: Storage) => Storage): World {
  return {
    global(module, own) {
      const name = `${module}.${own}`;
      const known = Object.hasOwn(CALLS, name) || STORAGES.has(name) || TYPES.has(name) ||
        UNTYPED.has(name);
      if (known) return { kind: "global", name };
      return fail(
        "a pickle of tensors and no other names of Python",
        `${show(name)}, which was not looked up and not run`,
        "save model.state_dict() alone, or the tensors as safetensors",
      );
    },
    call(callee, args) {
      const name = nameOf(callee);
      if (name !== undefined && Object.hasOwn(CALLS, name)) return CALLS[name](args, fail);
      return fail("calls that rebuild a tensor", `a call of ${kindOf(callee)}`);
    },
    persistent: (id) => claim(storageOf(id, fail)),
  };
}

/** ("storage", type, key, location, length), in the legacy form with a view besides: none. */
function storageOf(id: Value, fail: Fail): Storage {
  const items = typeof id === "object" && id?.kind === "tuple" ? id.items : [];
  const [word, type, key, , length, part = null] = items;
  if (word !== "storage" || typeof key !== "string" || !isCount(length)) {
    return fail("references to storages, by key and length", kindOf(id));
  }
  if (part !== null) {
    fail("storages of their own", "a part of one, as torch before 0.4 wrote", "save it again");
  }
  const name = nameOf(type) ?? "", dtype = STORAGES.get(name);
  if (dtype === undefined && !UNTYPED.has(name)) {
    fail("a storage of a known number type", kindOf(type ?? null), "convert it to float32");
  }
  return { kind: "storage", key, dtype, length };
}

/** The first four arguments of a rebuilding call: storage, offset, sizes, strides. */
function view(args: Value[], fail: Fail, dtype?: string): View {
  const [storage = null, offset = null, sizes = null, steps = null] = args;
  if (typeof storage !== "object" || storage?.kind !== "storage") {
    return fail("a storage to rebuild a tensor from", kindOf(storage));
  }
  const type = dtype ?? storage.dtype ?? "U8";
  if (!isCount(offset)) {
    return fail("an offset from 0", typeof offset === "number" ? offset : kindOf(offset));
  }
  const shape = counts(sizes, { what: "a tensor's shape", fail });
  const strides = counts(steps, { what: "a tensor's strides", fail });
  if (shape.length !== strides.length) {
    fail(`a stride for each of ${shape.length} axes`, strides.length);
  }
  return { kind: "tensor", storage, dtype: type, offset, shape, strides };
}

/** metadata says that bits are to be read another way, such as conjugated. */
function expectPlain(metadata: Value | undefined, fail: Fail): void {
  const plain = metadata === undefined || metadata === null ||
    typeof metadata === "object" && metadata.kind === "dict" && metadata.entries.size === 0;
  if (!plain) fail("tensors as they lie in their storage", "one with metadata");
}

/** Most axes of a tensor; PyTorch has 64 itself. */
const MOST_AXES = 64;

function counts(value: Value, { what, fail }: { what: string; fail: Fail }): number[] {
  const items = typeof value === "object" && (value?.kind === "tuple" || value?.kind === "list")
    ? value.items
    : fail(`${what} as a tuple`, kindOf(value));
  if (items.length > MOST_AXES) fail(`${what} of at most ${MOST_AXES} axes`, items.length);
  const bad = items.findIndex((item) => !isCount(item));
  if (bad !== -1) {
    const found = items[bad];
    fail(`${what} of whole numbers from 0`, typeof found === "number" ? found : kindOf(found));
  }
  return items as number[];
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function nameOf(value: Value | undefined): string | undefined {
  const global = value as Global | null | undefined;
  return typeof global === "object" && global?.kind === "global" ? global.name : undefined;
}
