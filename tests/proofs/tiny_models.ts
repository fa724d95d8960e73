/**
 * Tiny Max-of-K models for the tests: W1 and W7 of the worked examples (hand-made weights with small
 * integers), and random ones, degenerate ones among them, by fast-check.
 */
import fc from "fast-check";
import { type MaxOfKConfig, type MaxOfKModel, maxOfKShapes } from "../../lib/proofs/max_of_k.ts";

const flat = (rows: number[][], scale = 1) => Float32Array.from(rows.flat(), (x) => x * scale);

/** v=4, d=3, d_head=4, K=3: 58 of 64 sequences are right. */
export const W1: MaxOfKModel = {
  config: { d_vocab: 4, d_model: 3, d_head: 4, n_ctx: 3 },
  W_E: flat([[-3, -1, 2], [-2, -4, -1], [4, -4, -6], [4, 6, 4]], 0.25),
  W_pos: flat([[-2, 2, 0], [-3, 1, -2], [4, -2, 3]], 0.25),
  W_Q: flat([[1, 1, 3, 3], [-2, 5, -1, -1], [-2, -2, 4, 3]], 0.25),
  W_K: flat([[2, -1, 0, 4], [1, 0, 3, 4], [1, 2, -2, -3]], 0.25),
  W_V: flat([[3, 4, 8, 1], [-6, -2, 4, 7], [-8, -8, 3, 3]], 0.25),
  W_O: flat([[4, -4, -6], [5, -2, -6], [4, 5, 2], [2, 8, 6]], 0.25),
  W_U: flat([[-6, -1, 5, 4], [4, -7, -2, 3], [1, 2, -4, 6]], 0.25),
};

/** A model with EQK = T, EVOU = B (both [v, v]), EU[q] = L for all q and no positions; d_head = v. */
export function fromTables(
  T: number[][],
  B: number[][],
  { L, K }: { L: number[]; K: number },
): MaxOfKModel {
  const v = L.length, d = 2 * v + 1;
  const zero = L.map(() => 0), identity = L.map((_, i) => L.map((_, j) => Number(i === j)));
  const below = (top: number[][]) => [...top, ...Array<number[]>(v + 1).fill(zero)];
  return {
    config: { d_vocab: v, d_model: d, d_head: v, n_ctx: K },
    W_E: flat(identity.map((row) => [...row, 1, ...zero])),
    W_pos: new Float32Array(K * d),
    W_Q: flat(below(identity)),
    W_K: flat(below(L.map((_, i) => T.map((row) => row[i])))),
    W_V: flat(below(B)),
    W_O: flat(identity.map((row) => [...zero, 0, ...row])),
    W_U: flat([...Array<number[]>(v).fill(zero), L, ...identity]),
  };
}

/** v=4, K=2, d_head=4: a published strategy certifies 7 sequences, 6 are right. */
export const W7: MaxOfKModel = fromTables(
  [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 8], [0, 0, 0, 8]],
  [[4.5, 0, 0, 0], [4.5, 0, 0, 0], [4.5, 0, 0, 0], [-4, -1, -4, 0]],
  { L: [0, -2, -10, 0], K: 2 },
);

/**
 * Weights are n/4 with small n, so that ties are common; per model one matrix may be zero, or
 * multiplied by a power of two from 2^-60 to 2^60.
 */
export const tinyModel: fc.Arbitrary<MaxOfKModel> = fc.record({
  d_vocab: fc.integer({ min: 2, max: 5 }),
  d_model: fc.integer({ min: 1, max: 4 }),
  d_head: fc.integer({ min: 1, max: 4 }),
  n_ctx: fc.integer({ min: 2, max: 4 }),
  size: fc.constantFrom(1, 2, 4, 8),
  odd: fc.constantFrom("none", "none", "W_E", "W_pos", "W_Q", "W_K", "W_V", "W_O", "W_U"),
  factor: fc.constantFrom(0, 0, 2 ** -60, 2 ** -20, 2 ** -4, 16, 2 ** 20, 2 ** 60),
  noise: fc.constantFrom(0, 0, 1e-7, 0.1),
  seed: fc.integer({ min: 0, max: 0x7fffffff }),
}).map(({ size, odd, factor, noise, seed, ...config }) => {
  const next = lcg(seed);
  const model = { config: config as MaxOfKConfig } as MaxOfKModel;
  for (const [name, [rows, cols]] of Object.entries(maxOfKShapes(config))) {
    const data = new Float32Array(rows * cols);
    for (let i = 0; i < data.length; i++) {
      const n = Math.floor(next() * (2 * size + 1)) - size;
      data[i] = (n / 4 + noise * next()) * (name === odd ? factor : 1);
    }
    model[name as "W_E"] = data;
  }
  return model;
});

/** Uniform numbers in [0, 1) from a linear congruence, enough to fill small matrices. */
export function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}
