// The bytes of the first test were written by hand after the format's description, and the faults are
// the ones that the reference implementation refuses.
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import {
  encodeSafetensors,
  expectTensors,
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
  const { tensors } = parseSafetensors(mask, { skip: (name) => name === "mask" });
  assertEquals([...tensors.keys()], ["W"]);
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

Deno.test("expectTensors() names missing, unknown and wrong-shaped tensors", () => {
  const tensors = new Map([["W_enc", W], ["W_dce", W], ["b", W]]);
  const expected = { W_enc: [1, 2], W_dec: [2, 1], b: [2, 1] };
  const error = assertThrows(() => expectTensors(tensors, expected, { file: "m.st" }), Error);
  for (
    const part of [
      "Cannot load m.st",
      "W_dec [2,1] is missing",
      "W_dce is unknown (nearest: W_dec,",
      "W_enc has shape [2,1] instead of [1,2]",
    ]
  ) assertEquals(String(error).includes(part), true, `${part} in ${error}`);
  expectTensors(new Map([["b", W]]), { b: [2, 1] });
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
  await Deno.remove(folder, { recursive: true });
});
