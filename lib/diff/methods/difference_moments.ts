/** Sums over tokens of differences δ, and of δ δᵀ. @module */
import type { Matrix } from "../../numerics/linear_algebra.ts";
import { productInto } from "../../tensor/ops/matmul/product.ts";
import { zeros } from "../../tensor/tensor.ts";
import { differenceBatches } from "./differences.ts";
import type { ModelPair } from "./method.ts";

/** `squares` [N, N]: Σ δ δᵀ; `byPosition[p]` [N]: Σ δ at position p; `n` tokens. N = hooks · d_in. */
export type DifferenceMoments = { squares: Matrix; byPosition: Float64Array[]; n: number };

/** Over all tokens of sequences of one length; products in float32, sums of differences in float64. */
export async function differenceMoments(
  pair: ModelPair,
  hooks: readonly string[],
  sequences: readonly Uint32Array[],
): Promise<DifferenceMoments> {
  const pos = sequences[0].length, { gpu } = pair.base;
  using owned = new DisposableStack();
  let squares, byPosition: Float64Array[] = [];
  for (const difference of differenceBatches(pair, hooks, sequences)) {
    const N = difference.columns;
    if (squares === undefined) {
      squares = owned.use(zeros(gpu, [N, N]));
      byPosition = Array.from({ length: pos }, () => new Float64Array(N));
    }
    productInto("TN", { a: difference, b: difference, c: squares }, { accumulate: true });
    const values = await difference.read();
    for (let row = 0; row < difference.rows; row++) {
      const sum = byPosition[row % pos];
      for (let i = 0, at = row * N; i < N; i++) sum[i] += values[at + i];
    }
  }
  const N = byPosition[0].length;
  const data = Float64Array.from(await squares!.read());
  return {
    squares: { rows: N, cols: N, data },
    byPosition,
    n: sequences.length * pos,
  };
}
