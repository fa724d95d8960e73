/** What is told of one block's attention: shares, participation, concentration, agreement, bounds. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { median } from "../../numerics/statistics.ts";
import { type Concentration, concentration } from "./concentration.ts";
import { type EdgeAgreement, edgeAgreement, takeColumns } from "./edge_agreement.ts";
import type { Edges } from "./edges.ts";
import { pairAgreement, type PairEdges, type PairsAgreement } from "./pair_agreement.ts";
import { type ScoreShares, scoreShares } from "./score_shares.ts";
import type { ScoreProducts } from "./score_parts.ts";
import type { SurveyResult } from "./survey.ts";
import { valueNorms } from "./value_features.ts";
import type { AttentionWeights } from "./weights.ts";

/** Samples of edges and the two ground truths; see chooseEdges() and edgeTruth(). */
export const EDGE_SAMPLES = ["stratified", "top"] as const;
/** Ways in which the truth of an edge is measured: the other patterns frozen, or made again. */
export const EDGE_TRUTHS = ["frozen", "full"] as const;

/** A sample of edges against one truth. */
export type SampleAgreement = {
  sample: typeof EDGE_SAMPLES[number];
  truth: typeof EDGE_TRUTHS[number];
  edges: number;
  /** Medians: of the four-point difference over the exact edge removal and over the output's norm, */
  overRemoval: number;
  ofOutput: number;
  /** and of the total-variation bound over the exact edge removal. */
  overBound: number;
  agreement: EdgeAgreement[];
};

/** A latent and its share of the whole block's. */
export type LatentShare = { latent: number; share: number };

/** One block. */
export type BlockReport = {
  layer: number;
  n_heads: number;
  shares: ScoreShares;
  /** The same with features about their means over the text. */
  centredShares: ScoreShares;
  participation: number[];
  /** Pairs by Σ |Ω| C and Σ |Ω| C^A, with decoders as they are and shuffled. */
  concentration: Record<"score" | "attended" | "scoreShuffled" | "attendedShuffled", Concentration>;
  /** Σ |Ω| C (q − k) over Σ |Ω| C: how many tokens back the scores' pairs look. */
  lookBack: number;
  samples: SampleAgreement[];
  pairs: PairsAgreement;
  /** `violations` of each bound among all edges, and its median over what it bounds. */
  bounds: Record<
    "edge" | "row" | "rowVariation",
    { of: number; violations: number; ratio: number }
  >;
  /** Stratified edges: shares of the sample with a smaller |γ|, and a smaller exact removal. */
  ranks: { score: number[]; removal: number[] };
  values: LatentShare[];
  positions: LatentShare[];
};

/** Rounding of float32: a bound may be passed by so much of itself, and of the attention's output. */
const ROUNDING = { relative: 1e-5, ofOutput: 1e-6 };

/** How many latents are named. */
const NAMED = 10;

type Block = PairEdges & {
  weights: AttentionWeights;
  surveyed: SurveyResult;
  centred: ScoreProducts;
};

/** Puts a block's numbers together. */
export async function reportBlock(
  block: Block,
  { coder, pos, seed, resamples }: {
    coder: Crosscoder;
    pos: number;
    seed: number;
    resamples: number;
  },
): Promise<BlockReport> {
  const { weights, surveyed, centred, edges, sizes, measured } = block, { heads } = weights;
  const { together, score, attended, score_shuffled, attended_shuffled, distance } = surveyed.pairs;
  const rows = {
    stratified: Array.from({ length: sizes.stratified }, (_, e) => e),
    top: Array.from({ length: sizes.top }, (_, e) => sizes.stratified + e),
  };
  const metrics = {
    ...measured.metrics,
    decoder_cosine: decoderCosines(coder, weights.site, edges),
  };
  const samples = EDGE_SAMPLES.flatMap((sample) =>
    EDGE_TRUTHS.map((truth) => {
      const own = takeColumns(measured[truth], rows[sample]);
      const taken = takeColumns(metrics, rows[sample]);
      const document = rows[sample].map((e) => Math.floor(edges.q[e] / pos));
      const output = rows[sample].map((e) => measured.output[e]);
      const ratio = (below: ArrayLike<number>) =>
        median(Array.from(own.four_point, (four, at) => four / below[at]).filter(Number.isFinite));
      return {
        sample,
        truth,
        edges: rows[sample].length,
        overRemoval: ratio(taken.exact_removal),
        ofOutput: ratio(output),
        overBound: tightness(taken.tv_bound, taken.exact_removal, output).ratio,
        agreement: edgeAgreement(taken, own, { document, seed, resamples }),
      };
    })
  );
  const V = await weights.V.read(), norms = valueNorms({ heads, V });
  const byHead = (of: (h: number, m: number) => number) =>
    Float64Array.from(norms[0], (_, m) => norms.reduce((sum, _, h) => sum + of(h, m), 0));
  const { received } = surveyed.pairs;
  return {
    layer: heads.layer,
    n_heads: heads.n_heads,
    shares: scoreShares(surveyed.products),
    centredShares: scoreShares(centred),
    participation: surveyed.participation,
    concentration: {
      score: concentration(score, together),
      attended: concentration(attended, together),
      scoreShuffled: concentration(score_shuffled, together),
      attendedShuffled: concentration(attended_shuffled, together),
    },
    lookBack: weighted(score, distance, together),
    samples,
    pairs: pairAgreement(block, metrics, { pos, seed }),
    bounds: {
      edge: tightness(measured.metrics.tv_bound, measured.metrics.exact_removal, measured.output),
      row: tightness(measured.row.bound, measured.row.move, measured.output),
      rowVariation: tightness(measured.row.variation, measured.row.move, measured.output),
    },
    ranks: {
      score: percentiles(rows.stratified.map((e) => metrics.raw_score[e])),
      removal: percentiles(rows.stratified.map((e) => metrics.exact_removal[e])),
    },
    values: strongest(byHead((h, m) => received[h][m] * norms[h][m])),
    positions: strongest(byHead((h, m) => Math.sqrt(surveyed.positions[h][m]) * norms[h][m])),
  };
}

/** |cos| of the two decoder vectors at the site that the heads read. */
function decoderCosines(
  { config, arrays }: Crosscoder,
  site: number,
  { i, j }: Edges,
): Float64Array {
  const { d_in, sites } = config, { data } = arrays.W_dec;
  const at = (latent: number) => (latent * sites.length + site) * d_in;
  const dot = (a: number, b: number) => {
    let sum = 0;
    for (let c = 0; c < d_in; c++) sum += data[at(a) + c] * data[at(b) + c];
    return sum;
  };
  return Float64Array.from(i, (a, e) => {
    const b = j[e], size = Math.sqrt(dot(a, a) * dot(b, b));
    return size > 0 ? Math.abs(dot(a, b)) / size : 0;
  });
}

function tightness(
  bound: Float64Array,
  found: Float64Array,
  output: ArrayLike<number>,
): BlockReport["bounds"]["edge"] {
  let violations = 0;
  const ratios: number[] = [];
  found.forEach((value, at) => {
    const slack = ROUNDING.relative * bound[at] + ROUNDING.ofOutput * output[at];
    if (value > bound[at] + slack) violations++;
    if (value > 0) ratios.push(bound[at] / value);
  });
  return { of: found.length, violations, ratio: median(ratios) };
}

function percentiles(values: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return values.map((value) => sorted.indexOf(value) / Math.max(1, sorted.length - 1));
}

function weighted(score: Float32Array, distance: Float32Array, together: Float32Array): number {
  let sum = 0, total = 0;
  score.forEach((value, at) => {
    if (!(together[at] > 0)) return;
    sum += value * distance[at] / together[at];
    total += value;
  });
  return sum / total;
}

function strongest(sizes: Float64Array): LatentShare[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return Array.from(sizes, (size, latent) => ({ latent, share: size / total }))
    .sort((a, b) => b.share - a.share).slice(0, NAMED);
}
