/**
 * Seeded random numbers: xoshiro128** 1.1 (Blackman and Vigna, https://prng.di.unimi.it).
 *
 * Every use of chance has a stream of its own, named after its use, so that one more draw in one
 * place changes nothing in another:
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stream } from "./random.ts";
 * const batches = stream(0, "pretrain");
 * const [first, again] = [batches.int(1000), stream(0, "pretrain").int(1000)];
 * assertEquals(first, again);
 * ```
 * @module
 */
import { createHash } from "node:crypto";
import { exactly, expectForm, type Form, number, where, whole } from "../io/form.ts";

/** A source of random numbers; each call moves it on. */
export type Random = {
  /** The next 32 bits, an integer of [0, 2^32). */
  uint32(): number;
  /** A number of [0, 1) with 53 random bits. */
  uniform(): number;
  /** A standard normal number (Box and Muller). */
  normal(): number;
  /** `length` normal numbers of the given standard deviation, rounded to float32. */
  normals(length: number, std?: number): Float32Array;
  /** An integer of [0, n), each equally likely; n from 1 to 2^32. */
  int(n: number): number;
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** Puts the elements into a random order, in place, and returns them (Fisher and Yates). */
  shuffle<T extends { [index: number]: unknown; length: number }>(list: T): T;
  /** The numbers 0 .. n - 1 in a random order. */
  permutation(n: number): Uint32Array;
  /** A child stream: it depends on this stream's seed and names, not on what was drawn so far. */
  stream(name: string): Random;
};

/** What an option has to be to take a stream. */
export const randomForm: Form<Random> = where(
  'a stream of random numbers such as stream(0, "sample")',
  (x) => typeof (x as Random | null)?.uniform === "function",
);

const COUNT = whole(0, 2 ** 32);
const NORMALS = exactly({ length: COUNT, std: number({ least: 0 }) });
const PERMUTATION = exactly({ n: COUNT });

/** The stream of a seed (an integer) and a name. */
export function stream(seed: number, name: string): Random {
  if (!Number.isSafeInteger(seed)) {
    throw new TypeError(
      `Cannot make a random stream: expected an integer seed but found ${seed}: pass for example 0`,
    );
  }
  return named(JSON.stringify([seed, name]));
}

/** xoshiro128** 1.1 from four words of state, not all zero: a function giving the next 32 bits. */
export function xoshiro128(state: ArrayLike<number>): () => number {
  let [a, b, c, d] = [state[0] | 0, state[1] | 0, state[2] | 0, state[3] | 0];
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotateLeft(d, 11);
    return result;
  };
}

/** A generator whose state is the head of the SHA-256 of its path: unlike names never collide. */
function named(path: string): Random {
  const digest = createHash("sha256").update(path).digest();
  const uint32 = xoshiro128([0, 4, 8, 12].map((offset) => digest.readUInt32LE(offset)));
  let spare: number | undefined;

  const uniform = () => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53;

  function normal(): number {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  function int(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) {
      throw new RangeError(
        `Cannot draw an integer: expected a bound of 1 to 2^32 but found ${n}: is the list empty?`,
      );
    }
    const limit = 2 ** 32 - 2 ** 32 % n; // beyond it the small remainders would come too often
    let bits = uint32();
    while (bits >= limit) bits = uint32();
    return bits % n;
  }

  function shuffle<T extends { [index: number]: unknown; length: number }>(list: T): T {
    for (let i = list.length - 1; i > 0; i--) {
      const j = int(i + 1);
      [list[i], list[j]] = [list[j], list[i]];
    }
    return list;
  }

  return {
    uint32,
    uniform,
    normal,
    int,
    shuffle,
    normals: (length, std = 1) => {
      expectForm("draw normal numbers", { length, std }, NORMALS);
      return Float32Array.from({ length }, () => std * normal());
    },
    pick: (list) => list[int(list.length)],
    permutation: (n) => {
      expectForm("draw a permutation", { n }, PERMUTATION);
      return shuffle(Uint32Array.from({ length: n }, (_, i) => i));
    },
    stream: (name) => named(JSON.stringify([path, name])),
  };
}

function rotateLeft(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}
