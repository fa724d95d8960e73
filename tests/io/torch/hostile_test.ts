// Files that want to run something, or that claim more than they have, written byte by byte. Nothing may run, nothing may
// take memory for a claim, and each is refused in a sentence.
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { readTorch } from "../../../lib/io/torch/read_torch.ts";
import { inFolder } from "../../util.ts";
import {
  bytesOf,
  dict,
  global,
  int,
  le,
  pickle,
  storage,
  tensor,
  text,
  times,
  torchLegacy,
  torchZip,
  tuple,
  zip,
} from "./_by_hand.ts";

async function refusal(bytes: Uint8Array): Promise<string> {
  let message = "";
  await inFolder(async (folder) => {
    const file = join(folder, "pytorch_model.bin");
    await Deno.writeFile(file, bytes);
    ({ message } = await assertRejects(() => readTorch(file), Error));
  });
  assert(/^Cannot read .*: expected .* but found .*: /.test(message), message);
  return message;
}

/** Both forms with this pickle are refused with these words. */
async function refused(data: Uint8Array, words: string): Promise<void> {
  for (const bytes of [torchZip(data), torchLegacy(data)]) {
    assertStringIncludes(await refusal(bytes), words);
  }
}

const small = tensor(storage("0", 4), { shape: [2, 2], strides: [2, 1] });
const whole = torchZip(pickle(dict(["W", small])), { 0: 16 });

Deno.test("readTorch() reads what _by_hand.ts writes, so that the refusals below have one reason", () =>
  inFolder(async (folder) => {
    for (const bytes of [whole, torchLegacy(pickle(dict(["W", small])), { 0: [4, 16] })]) {
      await Deno.writeFile(join(folder, "a.bin"), bytes);
      const found = await readTorch(join(folder, "a.bin"));
      assertEquals([...found], [["W", { shape: [2, 2], data: new Float32Array(4) }]]);
    }
  }));

const SHELL = text("touch pwned");
const CALLS: [string, Parameters<typeof pickle>[0], string][] = [
  ["GLOBAL and REDUCE of os.system", [global("os", "system"), tuple(SHELL), "R"], '"os.system"'],
  ["posix.system", [global("posix", "system"), tuple(SHELL), "R"], '"posix.system"'],
  ["STACK_GLOBAL of os.system", [text("os"), text("system"), 0x93, tuple(SHELL), "R"], "os.system"],
  ["INST of os.system", ["(", SHELL, "ios\nsystem\n"], '"os.system"'],
  ["OBJ of os.system", ["(", global("os", "system"), SHELL, "o"], '"os.system"'],
  [
    "NEWOBJ of subprocess.Popen",
    [global("subprocess", "Popen"), tuple(SHELL), 0x81],
    "subprocess.Popen",
  ],
  ["builtins.eval", [global("builtins", "eval"), tuple(SHELL), "R"], '"builtins.eval"'],
  ["builtins.getattr", [global("builtins", "getattr"), tuple(SHELL), "R"], '"builtins.getattr"'],
  ["torch.load", [global("torch", "load"), tuple(SHELL), "R"], '"torch.load"'],
  ["torch.hub.load", [global("torch.hub", "load"), tuple(SHELL), "R"], '"torch.hub.load"'],
  ["a name that nobody calls", dict(["W", global("os", "system")]), '"os.system"'],
  ["a name beside a known one", [global("torch._utils", "_rebuild_tensor_v2.x")], "_v2.x"],
  ["names of JavaScript", [global("constructor", "constructor")], "constructor.constructor"],
  ["__proto__ of nothing", [text(""), text("__proto__"), 0x93], "__proto__"],
  ["a name with a terminal's escapes", [global("os\x1b[2J", "system")], "\\u001b[2J.system"],
  [
    "a call of a storage type",
    [global("torch", "FloatStorage"), tuple(), "R"],
    "a call of torch.Fl",
  ],
  ["a call of a text", [SHELL, tuple(), "R"], "a call of a text"],
  ["EXT1", [0x82, 1], "0x82"],
  ["attributes of a tensor", [small, dict(["x", int(1)]), "b"], "some of a tensor"],
  [
    "an OrderedDict of arguments",
    [global("collections", "OrderedDict"), tuple("]"), "R"],
    "filled",
  ],
];
for (const [name, value, words] of CALLS) {
  Deno.test(`readTorch() refuses ${name} by name`, () => refused(pickle(value), words));
}

const deep = 200_000;
const CLAIMS: [string, Uint8Array, string][] = [
  ["LONG4 of 2 GB", bytesOf(0x80, 2, 0x8b, le(0x7fffffff, 4)), "of at most 16 bytes but found one"],
  ["BINUNICODE8 of 2^60 bytes", bytesOf(0x8d, le(2n ** 60n, 8), "a"), "1152921504606847000 bytes"],
  ["BINBYTES8 of all bytes", bytesOf(0x8e, le(2n ** 64n - 1n, 8), "a"), "bytes at byte"],
  ["BINUNICODE of 4 GB", bytesOf("X", le(0xffffffff, 4), "a"), "4294967295 bytes at byte"],
  ["lists in lists", pickle(["]".repeat(deep), "a".repeat(deep - 1)]), "not nested so deeply"],
  ["marks in marks", pickle("(".repeat(1000)), "not nested so deeply"],
  [
    "a memo without end",
    pickle(times(2 ** 18 + 8, ["N", 0x94, "0"])),
    "at most 262144 objects",
  ],
  ["dictionaries without end", pickle(times(2 ** 18 + 8, "}0")), "at most 262144 objects"],
  [
    "a list within itself",
    pickle(["]", "q\x00", "h\x00", "a"]),
    "a dictionary of tensors but found a list",
  ],
  ["a memory that is not there", pickle("h\x07"), "a value remembered as 7 but found none"],
  ["an empty stack", pickle("R"), "2 values on the stack"],
  [
    "what lies under a mark",
    pickle(["N", "(", "0"]),
    "1 values on the stack of its pickle but found 0",
  ],
  ["a key without a value", pickle(["}", "(", text("W"), "u"]), "a key without one"],
  ["a name twice", pickle(dict(["W", small], ["W", small])), "each key once but found W twice"],
  ["a line without end", bytesOf("c", "a".repeat(2000)), "lines of at most 1000 bytes"],
  ["no end", bytesOf(0x80, 2, "N".repeat(20)), "bytes at byte"],
];
for (const [name, data, words] of CLAIMS) {
  Deno.test(`readTorch() refuses ${name}`, async () => {
    assertStringIncludes(await refusal(torchZip(data)), words);
  });
}

const one = storage("0", 4);
const VIEWS: [string, Parameters<typeof pickle>[0], string][] = [
  ["beyond its storage", tensor(one, { shape: [5], strides: [1] }), "one that reaches to 5"],
  ["behind it", tensor(one, { offset: 4, shape: [1], strides: [1] }), "one that reaches to 5"],
  [
    "that steps out of it",
    tensor(one, { shape: [2, 2], strides: [3, 1] }),
    "one that reaches to 5",
  ],
  [
    "of a negative stride",
    tensor(one, { offset: 3, shape: [4], strides: [-1] }),
    "whole numbers from 0 but found -1",
  ],
  [
    "of a negative offset",
    tensor(one, { offset: -1, shape: [1], strides: [1] }),
    "an offset from 0 but found -1",
  ],
  [
    "of a negative shape",
    tensor(one, { shape: [-1], strides: [1] }),
    "whole numbers from 0 but found -1",
  ],
  ["that repeats one value", tensor(one, { shape: [2 ** 40], strides: [0] }), "which repeat"],
  [
    "of more values than numbers",
    tensor(one, { shape: [2 ** 40, 2 ** 40], strides: [0, 0] }),
    "of its storage",
  ],
  ["without strides", tensor(one, { shape: [2], strides: [] }), "a stride for each of 1 axes"],
  [
    "of 65 axes",
    tensor(one, { shape: Array(65).fill(1), strides: Array(65).fill(1) }),
    "64 axes but found 65",
  ],
  [
    "of no storage",
    tensor("N", { shape: [1], strides: [1] }),
    "a storage to rebuild a tensor from",
  ],
  ["of a number instead", int(3), "a tensor as W but found a number"],
  ["of a dictionary instead", dict(["W", small]), "a tensor as W but found a dict"],
];
for (const [name, value, words] of VIEWS) {
  Deno.test(`readTorch() refuses a tensor ${name}`, async () => {
    const data = pickle(dict(["V", small], ["W", value]));
    assertStringIncludes(await refusal(torchZip(data, { 0: 16 })), words);
    assertStringIncludes(await refusal(torchLegacy(data, { 0: [4, 16] })), words);
  });
}

Deno.test("readTorch() refuses a thousand views of one storage, each a copy", async () => {
  const views = Array.from({ length: 1000 }, (_, i): [string, typeof small] => {
    return [`W${i}`, tensor(storage("0", 400), { offset: 1 + i % 7, shape: [300], strides: [1] })];
  });
  const words = await refusal(torchZip(pickle(dict(...views)), { 0: 1600 }));
  assertStringIncludes(words, "at most 1600 values in views of its storages but found 300000");
});

const data = pickle(dict(["W", small])), pkl = { name: "m/data.pkl", bytes: data };
const values = { name: "m/data/0", bytes: new Uint8Array(16) };
const huge = pickle(dict(["W", tensor(storage("0", 2 ** 50), { shape: [2 ** 50], strides: [1] })]));
const twice = pickle(
  dict(["W", small], ["V", tensor(storage("0", 5), { shape: [5], strides: [1] })]),
);
const ARCHIVES: [string, Uint8Array, string][] = [
  [
    "a storage that is not there",
    torchZip(data),
    "16 bytes in m/data/0, as its pickle claims, but found no such",
  ],
  [
    "a storage of other size",
    torchZip(data, { 0: 12 }),
    "16 bytes in m/data/0, as its pickle claims, but found 12",
  ],
  ["a storage of 4 PB", torchZip(huge, { 0: 16 }), "4503599627370496 bytes in m/data/0"],
  [
    "two claims of one storage",
    torchZip(twice, { 0: 16 }),
    "one size and type of storage 0 but found two",
  ],
  [
    "a storage that no tensor uses",
    torchZip(data, { 0: 16, 1: 4 }),
    "m/data/1, which no tensor uses",
  ],
  ["an entry twice", zip([pkl, values, values]), "m/data/0 twice"],
  [
    "a compressed entry",
    zip([pkl, { ...values, method: 8, size: 2 ** 31 }]),
    "m/data/0, compressed to 16",
  ],
  [
    "an entry larger than it is",
    zip([pkl, { ...values, size: 2 ** 31 }]),
    "2147483648 bytes in 16",
  ],
  ["an entry beyond the end", zip([pkl, { ...values, offset: 2 ** 31 }]), "beyond the file's end"],
  [
    "entries one in another",
    zip([pkl, { ...values, offset: 0 }]),
    "a zip archive as torch.save writes it",
  ],
  [
    "an entry outside its folder",
    torchZip(data, { 0: 16 }, [{ ...values, name: "../x" }]),
    "Unsafe filename",
  ],
  [
    "a TorchScript program",
    torchZip(data, { 0: 16 }, [{ ...pkl, name: "m/constants.pkl" }]),
    "m/constants.pkl",
  ],
  [
    "an archive of something else",
    zip([{ ...values, name: "word/document.xml" }]),
    "with a data.pkl",
  ],
  [
    "big-endian values",
    torchZip(data, { 0: 16 }, [{ name: "m/byteorder", bytes: bytesOf("big") }]),
    "byteorder little but found big",
  ],
  [
    "bytes behind the pickle",
    torchZip(bytesOf(data, "N."), { 0: 16 }),
    "a pickle to the end of data.pkl",
  ],
  [
    "a legacy storage of other length",
    torchLegacy(data, { 0: [5, 20] }),
    "4 values in storage 0, as its pickle claims, but found 5",
  ],
  ["a legacy storage of negative length", torchLegacy(data, { 0: [-1n, 16] }), "but found -1"],
  ["a legacy storage cut short", torchLegacy(data, { 0: [4, 12] }), "storages to byte"],
  ["bytes behind the legacy storages", torchLegacy(data, { 0: [4, 20] }), "storages to byte"],
  [
    "a legacy storage too many",
    torchLegacy(data, { 0: [4, 16], 1: [1, 4] }),
    "the keys of the 1 storages",
  ],
  ["another pickle", pickle(dict(["W", int(1)])), "a file of torch.save but found another pickle"],
  [
    "a call in a legacy head",
    pickle([global("os", "system"), tuple(SHELL), "R"]),
    "numbers at the beginning",
  ],
  ["text", bytesOf("<!DOCTYPE html><html>"), "operations that torch.save writes"],
  [
    "a pointer of Git LFS",
    bytesOf("version https://git-lfs.github.com/spec/v1\n"),
    "run git lfs pull in the folder",
  ],
];
for (const [name, bytes, words] of ARCHIVES) {
  Deno.test(`readTorch() refuses ${name}`, async () => {
    assertStringIncludes(await refusal(bytes), words);
  });
}
