import { stream } from "../../../lib/numerics/random.ts";

/** Similarities of n items in blocks: items of one block are alike, up to noise. */
export function blocks(sizes: number[], { seed = 0, noise = 0.1 } = {}) {
  const block = sizes.flatMap((size, b) => Array(size).fill(b) as number[]);
  const n = block.length, random = stream(seed, "blocks");
  const S = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const value = (block[i] === block[j] ? 1 : 0.1) + noise * random.uniform();
      S[i * n + j] = S[j * n + i] = value;
    }
  }
  return { S, block, n };
}
