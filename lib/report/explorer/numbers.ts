/** Lists of numbers as base64 of their bytes. @module */
import { Buffer } from "node:buffer";
import type { Packed } from "./packed.ts";

export function floats(values: ArrayLike<number>): Packed {
  return { type: "f32", bytes: base64(Float32Array.from(values)) };
}

/**
 * Whole numbers from 0, in as few bytes as hold the largest. Throws, naming `what`, on a number that
 * is none of them, which an array of whole numbers would take for another.
 */
export function whole(values: ArrayLike<number>, what: string): Packed {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(Number.isInteger(value) && value >= 0 && value < 2 ** 32)) {
      throw new RangeError(
        `Cannot show ${what}: expected whole numbers from 0 to 2^32 - 1 but found ${value} at ${i}: ` +
          "look at what made them",
      );
    }
    largest = Math.max(largest, value);
  }
  if (largest < 2 ** 8) return { type: "u8", bytes: base64(Uint8Array.from(values)) };
  if (largest < 2 ** 16) return { type: "u16", bytes: base64(Uint16Array.from(values)) };
  return { type: "u32", bytes: base64(Uint32Array.from(values)) };
}

/** All machines that Deno and browsers run on are little-endian. */
function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString("base64");
}
