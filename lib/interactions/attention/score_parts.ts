/**
 * What moves attention: the scores of a block split into nine parts, by what the query and the key
 * are made of, and how much of the scores each part makes up once the row's mean is taken out. A
 * part that depends on the query alone is constant along a row, and softmax does not see it: its
 * size is gauge. That scores have to be centred was noted by Feature-Resolved Attention (GitHub
 * chainik1125/fra); bilinear attributions of scores: Kamath et al. 2025, Tracing Attention
 * Computation Through Feature Interactions. The split with bias and error node as players is
 * derived here.
 * @module
 */
import source from "../../../kernels/interactions/score_parts.wgsl" with { type: "text" };
import { launch } from "../../tensor/launch.ts";
import { add, subtract } from "../../tensor/ops/arithmetic.ts";
import { MOST_ITERATIONS, sequenceChunks } from "../../tensor/ops/grid.ts";
import { matmul } from "../../tensor/ops/matmul/matmul.ts";
import { reshape } from "../../tensor/ops/reshape.ts";
import { empty, type Tensor, upload } from "../../tensor/tensor.ts";
import { rowSlice } from "../../tensor/views.ts";
import type { AttentionPlayers, Split } from "./players.ts";

/** Query by key, in the order of the products. */
export const SCORE_PARTS = [
  "feature x feature",
  "feature x bias",
  "feature x error",
  "bias x feature",
  "bias x bias",
  "bias x error",
  "error x feature",
  "error x bias",
  "error x error",
] as const;

const N = SCORE_PARTS.length;

/** What the kernel writes for a row: ten rows of twelve values. */
const WIDTH = 120;

/**
 * Sums over rows (queries of sequences), one a head: `centred` [n_heads][9 · 9] of products of the
 * parts about the row's mean, `uncentred` without taking it out; n rows that see more than one key.
 */
export type ScoreProducts = { rows: number; centred: Float64Array[]; uncentred: Float64Array[] };

/**
 * The products of one part of a text. `mean` [d_sae]: features count about these activations, and
 * what the means give, of latents active or not, goes to the bias.
 */
export async function scoreProducts(
  players: AttentionPlayers,
  { mean }: { mean?: Float32Array } = {},
): Promise<ScoreProducts> {
  const { gpu, batch, pos, weights } = players, { n_heads, d_head, window } = weights.heads;
  if (pos > MOST_ITERATIONS) {
    throw new RangeError(
      `Cannot split scores: expected sequences of at most ${MOST_ITERATIONS} tokens but found ` +
        `${pos}: cut them`,
    );
  }
  using owned = new DisposableStack();
  const about = (split: Split, of_decoder: Tensor) =>
    mean === undefined ? split : aboutMean(owned, split, { mean, of_decoder });
  const query = about(players.query, weights.Q), key = about(players.key, weights.K);
  const total = emptyProducts(n_heads), size = n_heads * pos * WIDTH;
  for (const [first, count] of sequenceChunks(gpu, "split scores", { batch, size })) {
    const tokens = ({ feature, error }: Split) =>
      [feature, error].map((tensor) => rowSlice(tensor, first * pos, count * pos));
    const [query_feature, query_error] = tokens(query), [key_feature, key_error] = tokens(key);
    const rows = count * n_heads * pos;
    using products = empty(gpu, [rows, WIDTH]);
    launch(gpu, { name: "score_parts", source, entry: "main", constants: { HEAD4: d_head / 4 } }, {
      tensors: {
        query_feature,
        query_bias: query.bias,
        query_error,
        key_feature,
        key_bias: key.bias,
        key_error,
        products,
      },
      params: { rows, pos, n_heads, window: window || pos },
      invocations: rows,
    });
    addProducts(total, summed(await products.read(), { rows, pos, n_heads }));
  }
  return total;
}

/** Features less their mean; the mean beside the bias. */
function aboutMean(
  owned: DisposableStack,
  { feature, bias, error }: Split,
  { mean, of_decoder }: { mean: Float32Array; of_decoder: Tensor },
): Split {
  const { gpu, columns } = of_decoder;
  using factors = upload(gpu, { shape: [1, mean.length], data: mean });
  const row = reshape(owned.use(matmul(factors, of_decoder)), [columns]);
  owned.use(row);
  return { feature: owned.use(subtract(feature, row)), bias: owned.use(add(bias, row)), error };
}

function summed(
  data: Float32Array,
  { rows, pos, n_heads }: { rows: number; pos: number; n_heads: number },
): ScoreProducts {
  const sums = emptyProducts(n_heads);
  for (let row = 0; row < rows; row++) {
    const head = Math.floor(row / pos) % n_heads, at = row * WIDTH, means = at + 9 * 12;
    const count = data[means + N];
    if (count < 2) continue;
    sums.rows++;
    for (let p = 0; p < N; p++) {
      for (let r = 0; r < N; r++) {
        const centred = data[at + 12 * p + r];
        sums.centred[head][N * p + r] += centred;
        sums.uncentred[head][N * p + r] += centred + count * data[means + p] * data[means + r];
      }
    }
  }
  sums.rows /= n_heads;
  return sums;
}

/** Sums of no rows, for `addProducts`. */
export function emptyProducts(n_heads: number): ScoreProducts {
  const zeros = () => Array.from({ length: n_heads }, () => new Float64Array(N * N));
  return { rows: 0, centred: zeros(), uncentred: zeros() };
}

/** Adds the products of a further part of a text. */
export function addProducts(total: ScoreProducts, more: ScoreProducts): void {
  total.rows += more.rows;
  for (const kind of ["centred", "uncentred"] as const) {
    more[kind].forEach((of_head, h) => {
      of_head.forEach((value, at) => total[kind][h][at] += value);
    });
  }
}
