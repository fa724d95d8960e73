// The bytes of the first test were written by hand after the format's description, and the faults are
// the ones that the reference implementation refuses.
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { expectShapes } from "../../lib/io/expect_shapes.ts";
import {
  encodeSafetensors,
  parseSafetensors,
  readSafetensors,
  writeSafetensors,
} from "../../lib/io/safetensors.ts";

const W = { shape: [2, 1], data: Float32Array.of(1, -2) };

/** A file with this header and so many zero bytes of data. */
function file(header: unknown, size: number): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const head = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + head.length + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  return bytes;
}

const at = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});

Deno.test("parseSafetensors() reads bytes that start anywhere, scalars and empty tensors", () => {
  const header = { s: at(8, 12, []), W: at(0, 8, [2, 1]), none: at(12, 12, [0, 3]) };
  for (const pad of ["", " ", "  ", "   "]) { // the data starts at every remainder of four
    const bytes = file(JSON.stringify(header) + pad, 12);
    const view = new DataView(bytes.buffer);
    [1, -2, 0.5].forEach((value, i) => view.setFloat32(bytes.length - 12 + 4 * i, value, true));
    const { tensors } = parseSafetensors(bytes);
    assertEquals(tensors.get("W"), W);
    assertEquals(tensors.get("s"), { shape: [], data: Float32Array.of(0.5) });
    assertEquals(tensors.get("none"), { shape: [0, 3], data: new Float32Array() });
  }
});

Deno.test("encodeSafetensors() gives equal bytes for equal tensors, and parses back", () => {
  const b = { shape: [], data: Float32Array.of(NaN) };
  const bytes = encodeSafetensors({ W, b }, { y: "2", x: "1" });
  assertEquals(bytes, encodeSafetensors({ b, W }, { x: "1", y: "2" }));
  assertEquals(new DataView(bytes.buffer).getUint32(0, true) % 8, 0);
  const parsed = parseSafetensors(bytes);
  assertEquals(parsed, { tensors: new Map([["W", W], ["b", b]]), metadata: { x: "1", y: "2" } });
  assertEquals(parseSafetensors(encodeSafetensors({})).tensors.size, 0);
  const wrong = { W: { shape: [3], data: W.data } };
  assertThrows(() => encodeSafetensors(wrong), RangeError, "expected 3 values for shape [3]");
  // deno-lint-ignore no-explicit-any -- what a caller without types may pass
  const refused: [any, any, string][] = [
    [{ W: { shape: [2], data: Float64Array.of(1, 2) } }, {}, "W: expected data as a Float32Array"],
    [{ W: { shape: [2], data: [1, 2] } }, {}, "expected data as a Float32Array but found [1,2]"],
    [{ W: { shape: [-1, -2], data: W.data } }, {}, "whole numbers from 0 but found [-1,-2]"],
    [{ W: { shape: 2, data: W.data } }, {}, "expected a shape of whole numbers from 0 but found 2"],
    [{ __metadata__: W }, {}, "expected the name of a tensor"],
    [{ W }, { step: 1 }, "expected metadata of texts but found 1 for step"],
  ];
  for (const [tensors, metadata, words] of refused) {
    assertThrows(() => encodeSafetensors(tensors, metadata), RangeError, words);
  }
});

Deno.test("parseSafetensors() converts F16, BF16 and F64, and refuses what float32 cannot hold", () => {
  // 1.5 is 0x3e00 as F16 and 0x3fc0 as BF16; the second value is the smallest subnormal F16, 2^-24.
  const f16 = file({ a: { dtype: "F16", shape: [2], data_offsets: [0, 4] } }, 4);
  f16.set([0x00, 0x3e, 0x01, 0x00], f16.length - 4);
  assertEquals(parseSafetensors(f16).tensors.get("a")!.data, Float32Array.of(1.5, 2 ** -24));
  const bf16 = file({ a: { dtype: "BF16", shape: [1], data_offsets: [0, 2] } }, 2);
  bf16.set([0xc0, 0x3f], bf16.length - 2);
  assertEquals(parseSafetensors(bf16).tensors.get("a")!.data, Float32Array.of(1.5));
  const f64 = file({ a: { dtype: "F64", shape: [1], data_offsets: [0, 8] } }, 8);
  const view = new DataView(f64.buffer);
  view.setFloat64(f64.length - 8, 0.1, true);
  assertEquals(parseSafetensors(f64).tensors.get("a")!.data, Float32Array.of(0.1));
  view.setFloat64(f64.length - 8, 1e300, true);
  assertThrows(() => parseSafetensors(f64), Error, "float64 values of a within float32");
  const mask = file({ mask: { dtype: "BOOL", shape: [3], data_offsets: [0, 3] }, W: at(3, 7) }, 7);
  assertThrows(() => parseSafetensors(mask), Error, "of tensor mask but found BOOL");
});

Deno.test("parseSafetensors() reads BOOL and whole numbers exactly, where the caller says which tensor may hold them", () => {
  const integers = (name: string) => name === "mask";
  const read = (dtype: string, width: number, data: number[]) => {
    const bytes = file(
      { mask: { dtype, shape: [data.length / width], data_offsets: [0, data.length] } },
      data.length,
    );
    bytes.set(data, bytes.length - data.length);
    return parseSafetensors(bytes, { integers }).tensors.get("mask")!.data;
  };
  assertEquals(read("BOOL", 1, [1, 0, 1]), Float32Array.of(1, 0, 1));
  assertEquals(read("U8", 1, [255]), Float32Array.of(255));
  assertEquals(read("I8", 1, [255]), Float32Array.of(-1));
  assertEquals(read("I16", 2, [0, 128]), Float32Array.of(-32768));
  assertEquals(read("U16", 2, [0, 128]), Float32Array.of(32768));
  assertEquals(read("I32", 4, [255, 255, 255, 255]), Float32Array.of(-1));
  assertEquals(read("U32", 4, [0, 0, 0, 128]), Float32Array.of(2 ** 31));
  assertEquals(read("I64", 8, [0, 0, 0, 0, 0, 0, 0, 128]), Float32Array.of(-(2 ** 63)));
  assertEquals(read("U64", 8, [1, 0, 0, 0, 0, 0, 0, 0]), Float32Array.of(1));
  const refused: [string, number, number[], string][] = [
    ["BOOL", 1, [1, 2], "expected values of mask that are 0 or 1 but found others in BOOL"],
    ["U32", 4, [1, 0, 0, 1], "values of mask that float32 holds exactly but found others in U32"],
    ["I64", 8, [1, 0, 0, 0, 0, 0, 0, 64], "float32 holds exactly but found others in I64"],
    ["F8_E4M3", 1, [0], "F64 of tensor mask but found F8_E4M3"],
  ];
  for (const [dtype, width, data, message] of refused) {
    assertThrows(() => read(dtype, width, data), Error, message);
  }
});

Deno.test("parseSafetensors() shows the header to its caller before it reads a value", () => {
  const broken = file({ W: { dtype: "I32", shape: [2, 1], data_offsets: [0, 8] } }, 8);
  const inspect = (header: Map<string, unknown>) => {
    assertEquals([...header], [["W", { dtype: "I32", shape: [2, 1] }]]);
    throw new Error("seen before it was read");
  };
  assertThrows(() => parseSafetensors(broken, { inspect }), Error, "seen before");
});

Deno.test("parseSafetensors() shows names of others without what a terminal acts on", () => {
  const name = "\u001b[2J\u009b31m\u202e\n";
  const cases = [
    file({ [name]: { ...at(0, 4), dtype: "I32" } }, 4),
    file({ [name]: at(0, 8, [3]) }, 8),
    file({ [name]: 1 }, 0),
    file({ [name]: at(0, 4) }, 0),
    file(`{"${name.slice(4, -1)}":1 \u001b`, 0),
    file(JSON.stringify({ [name]: 1 }).replace("{", "{" + JSON.stringify(name) + ":1,"), 0),
    file({ __metadata__: { [name]: 1 } }, 0),
  ];
  for (const bytes of cases) {
    const { message } = assertThrows(() => parseSafetensors(bytes, { file: name }), Error);
    assertEquals(/[\p{C}\p{Zl}\p{Zp}]/u.test(message), false, JSON.stringify(message));
  }
  const wrong = { [name]: { shape: [3], data: W.data } };
  const { message } = assertThrows(() => encodeSafetensors(wrong), RangeError);
  assertEquals(/\p{C}/u.test(message), false, JSON.stringify(message));
});

Deno.test("parseSafetensors() refuses every malformed file with the reason", () => {
  const good = encodeSafetensors({ W });
  const huge = good.slice();
  huge[7] = 1;
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(5), "expected 8 bytes with the header's length but found 5 bytes"],
    [huge, "expected a header of at most 100000000 bytes"],
    [good.subarray(0, 30), "but found 22 bytes, the file is truncated"],
    [good.subarray(0, -1), "but found 7 bytes of data, the file is truncated"],
    [file({ W: at(0, 8) }, 9), "expected 8 bytes of data but found 9"],
    [file({ a: at(0, 8), b: at(4, 12) }, 12), "expected tensor b to begin at byte 8 but found 4"],
    [file({ a: at(0, 4), b: at(8, 12) }, 12), "b to begin at byte 4 but found 8, a hole"],
    [file({ a: at(4, 8) }, 8), "a to begin at byte 0 but found 4, a hole"],
    [file({ a: at(0, 8, [3]) }, 8), "expected 12 bytes for F32 [3] in tensor a but found 8"],
    [file({ a: at(8, 4, [1]) }, 8), "expected data_offsets [begin, end] of tensor a"],
    [file({ a: at(0, 4, [-1]) }, 4), "expected a shape of whole numbers for tensor a"],
    [file({ a: at(0, 4, [0.5, 2]) }, 4), "expected a shape of whole numbers for tensor a"],
    [file({ a: at(0, 0, [2 ** 40, 2 ** 40]) }, 0), "a shape of whole numbers for tensor a"],
    [
      file({ a: { ...at(0, 4), dtype: "F31" } }, 4),
      'a dtype of the format for tensor a but found "F31"',
    ],
    [
      file({ a: { ...at(0, 4), dtype: "I32" } }, 4),
      "dtype F32, F16, BF16 or F64 of tensor a but found I32",
    ],
    [
      file({ a: { dtype: "F32", shape: [1] } }, 4),
      "expected dtype, shape and data_offsets of tensor a",
    ],
    [file('{"a":1', 0), "expected a header in JSON"],
    [file("[]", 0), "expected a header that is a JSON object"],
    [file('{"__metadata__":{"a":1}}', 0), "expected __metadata__ of texts"],
    [
      file('{"__metadata__":{"a":"1","a":"2"}}', 0),
      "expected each key once in the header but found a twice",
    ],
    [
      file(
        '{"b":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"\\u0062":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}',
        4,
      ),
      "found b twice",
    ],
  ];
  for (const [bytes, message] of cases) {
    assertThrows(() => parseSafetensors(bytes, { file: "x.safetensors" }), Error, message);
  }
});

Deno.test("parseSafetensors() never takes a truncated file for a whole one", () => {
  const bytes = encodeSafetensors({ W, b: W }, { note: "x" });
  for (let length = 0; length < bytes.length; length++) {
    assertThrows(() => parseSafetensors(bytes.subarray(0, length)), Error, "Cannot read");
  }
});

Deno.test("expectShapes() names missing, unknown and wrong-shaped tensors", () => {
  const tensors = new Map([["W_enc", W], ["W_dce", W], ["b", W]]);
  const expected = { W_enc: [1, 2], W_dec: [2, 1], b: [2, 1] };
  const error = assertThrows(() => expectShapes(tensors, expected, { file: "m.st" }), Error);
  for (
    const part of [
      "Cannot load m.st",
      "W_dec [2,1] is missing",
      "W_dce is unknown (nearest: W_dec,",
      "W_enc has shape [2,1] instead of [1,2]",
    ]
  ) assertEquals(String(error).includes(part), true, `${part} in ${error}`);
  expectShapes(new Map([["b", W]]), { b: [2, 1] });
});

Deno.test("writeSafetensors() and readSafetensors() go through a file and leave no other", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "deep", "model.safetensors");
  await writeSafetensors(path, { W });
  assertEquals((await readSafetensors(path)).tensors.get("W"), W);
  assertEquals([...Deno.readDirSync(join(folder, "deep"))].map(({ name }) => name), [
    "model.safetensors",
  ]);
  await assertRejects(() => readSafetensors(join(folder, "none")), Error, "found none");
  await assertRejects(() => readSafetensors(folder), Error, "but found a folder");
  await Deno.writeFile(path, new Uint8Array(5));
  await assertRejects(() => readSafetensors(path), Error, "but found 5 bytes in all");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("readSafetensors() checks the header of a file of 100 GB of holes before it takes memory", async () => {
  const path = await Deno.makeTempFile();
  const size = 1e11;
  const head = file({ W: at(0, size) }, 0);
  await Deno.writeFile(path, head);
  await Deno.truncate(path, head.length + size - 4);
  await assertRejects(() => readSafetensors(path), Error, "the file is truncated or its offsets");
  await Deno.truncate(path, head.length + size);
  await assertRejects(() => readSafetensors(path), Error, "expected at most 17179869184 bytes");
  const inspect = (header: Map<string, { shape: number[] }>) => expectShapes(header, { W: [2, 1] });
  await assertRejects(() => readSafetensors(path, { inspect }), Error, "instead of [2,1]");
  await Deno.remove(path);
});
