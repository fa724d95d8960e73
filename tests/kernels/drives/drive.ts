/** What a drive is. @module */
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { random } from "../../util.ts";

/**
 * A piece of lib at small sizes: `run` does it on a device, be it the stand-in that computes
 * nothing, and gives the numbers that devices have to agree on, by name.
 */
export type Drive = {
  name: string;
  run: (gpu: Gpu) => Promise<Record<string, ArrayLike<number>>>;
};

const drawn = new Map<string, Float32Array>();

/** `n` standard normal numbers, drawn once for all devices. */
export function numbers(seed: number, n: number): Float32Array {
  const key = `${seed} ${n}`, found = drawn.get(key) ?? random(seed, n);
  drawn.set(key, found);
  return found;
}
