/**
 * What a fine-tune wrote into the weights: singular vectors of the difference of each matrix that
 * writes to the residual stream, or reads from it. No text is looked at (Zhong and Raghunathan 2025,
 * arXiv 2508.00161, "Watch the Weights": singular vectors of fine-tuned minus base weights).
 *
 *   writes   W_E, W_pos, W_O, W_out                        the stream that they are added to
 *   reads    W_Q, W_K, W_V, W_in, W_gate, scaled by the norm's gain, less the mean where it takes it   the stream before the norm
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openGpu } from "../../gpu/open.ts";
 * import { createGptNeo } from "../../model/architectures/gpt_neo.ts";
 * import { gptNeoConfig } from "../../model/architectures/gpt_neo/config.ts";
 * import { initialWeights } from "../../model/architectures/gpt_neo/weights.ts";
 * import { stream } from "../../numerics/random.ts";
 * import { methodSettings } from "./settings.ts";
 * import { svdWrite } from "./weights.ts";
 * using gpu = await openGpu();
 * const config = gptNeoConfig({ d_vocab: 20, d_model: 8, n_layers: 1, n_heads: 2, n_ctx: 16 });
 * const weights = initialWeights(config, stream(0, "weights"));
 * const base = createGptNeo(gpu, config, weights);
 * weights["transformer.h.0.mlp.c_proj.weight"].data[0] += 1; // W_out [8, 32]: the first dimension
 * const other = createGptNeo(gpu, config, weights);
 * const text = { base: [Uint32Array.of(1, 2, 3)], other: [] };
 * const options = { settings: methodSettings("smoke"), seed: 0 };
 * const { directions: [first] } = await svdWrite.find({ base, other, text }, options);
 * const written = first.kind === "vector" && first.at.get("blocks.0.hook_resid_post");
 * assertEquals(written && Math.abs(written[0]) > 0.999, true);
 * ```
 * @module
 */
import { multiply, transpose } from "../../numerics/linear_algebra.ts";
import { stream } from "../../numerics/random.ts";
import { topEigenvectors } from "../../numerics/top_eigenvectors.ts";
import { bestFirst, type Scored, stackedVector } from "./directions.ts";
import { makeMethod } from "./make_method.ts";
import type { Method } from "./method.ts";
import { type Change, changedMatrices } from "./weight_changes.ts";

export const svdWrite = byWeights("write", "SVD of weights, writing");
export const svdRead = byWeights("read", "SVD of weights, reading");

const ENDS = { write: "write to", read: "read" };

function byWeights(end: "write" | "read", title: string): Method {
  return makeMethod({
    trains: [],
    lists: "vectors",
    name: `svd-${end}`,
    title,
    source: "arXiv 2508.00161",
    needs: [],
    find: async (pair, { settings: { listed }, seed, action }) => {
      const changes = await changedMatrices(action, pair, end);
      const random = stream(seed, `svd ${end}`);
      const each = changes.map((change) =>
        singular(change, { n: listed, random: random.stream(change.name) })
      );
      const all = each.flatMap(({ found }) => found);
      if (all.length === 0) {
        throw new RangeError(
          `Cannot ${action}: expected matrices that ${
            ENDS[end]
          } the residual stream to differ but found ` +
            "the same in both models: take the other end of the weights, or models that differ",
        );
      }
      return {
        ...bestFirst(all, listed),
        cost: {
          flops: each.reduce((sum, { flops }) => sum + flops, 0),
          bytes: changes.reduce((sum, { bytes }) => sum + bytes, 0),
        },
      };
    },
  });
}

/** The first right singular vectors of a change's rows, and the FLOPs of the products for them. */
function singular(
  { hook, rows }: Change,
  options: Parameters<typeof topEigenvectors>[1],
): { found: Scored[]; flops: number } {
  const square = multiply(transpose(rows), rows), d_model = rows.cols;
  const { values, vectors, rounds } = topEigenvectors(square, options);
  return {
    found: vectors.map((vector, i) => ({
      score: Math.sqrt(values[i]),
      direction: stackedVector([hook], vector),
    })),
    flops: 2 * d_model ** 2 * (rows.rows + rounds * (options.n + 8)),
  };
}
