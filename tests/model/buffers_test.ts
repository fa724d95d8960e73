import { assertEquals, assertThrows } from "@std/assert";
import { causalMask, dropBuffers, inverseFrequencies } from "../../lib/model/buffers.ts";

const frequencies = [0, 1, 2, 3].map((i) => 10000 ** (-i / 4));
const array = (data: number[]) => ({ shape: [data.length], data: Float32Array.from(data) });
/** Rounded to bfloat16, as torch does. */
const bfloat16 = (value: number) => {
  const [bits] = new Uint32Array(Float32Array.of(value).buffer);
  return new Float32Array(Uint32Array.of((bits + 0x8000) & 0xffff0000).buffer)[0];
};

Deno.test("inverseFrequencies() takes float32, float16 and bfloat16, and no other base", () => {
  const check = inverseFrequencies(frequencies);
  for (const saved of [(x: number) => x, Math.f16round, bfloat16]) {
    assertEquals(check(array(frequencies.map(saved))), undefined);
  }
  const other = [0, 1, 2, 3].map((i) => 10100 ** (-i / 4)); // 0.25 % off: more than float32 can be
  assertEquals(check(array(other))?.[0], `frequency ${frequencies[1]} at [1]`);
  assertEquals(check(array(frequencies.slice(1))), ["frequencies [4]", "[3]"]);
});

Deno.test("dropBuffers() removes what it checked and nothing else", () => {
  const mask = { shape: [1, 1, 2, 2], data: Float32Array.of(1, 0, 1, 1) };
  const tensors = new Map([["h.0.bias", mask], ["W", array([1])]]);
  const checkOf = (name: string) => name.endsWith("bias") ? causalMask(2) : undefined;
  dropBuffers("load", tensors, checkOf);
  assertEquals([...tensors.keys()], ["W"]);
  tensors.set("h.1.bias", { ...mask, data: Float32Array.of(1, 1, 1, 1) });
  assertThrows(
    () => dropBuffers("load", tensors, checkOf),
    Error,
    "Cannot load: expected the causal mask in h.1.bias but found 1 at [0, 0, 0, 1]",
  );
});
