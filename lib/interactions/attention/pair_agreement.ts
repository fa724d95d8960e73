/** Metrics of edges against their ablation, as means over the edges of ordered pairs. @module */
import { heldFixed } from "../agreement/held_fixed.ts";
import { type Measured, pairMeans, reliability } from "../agreement/measured.ts";
import { takeColumns } from "./edge_agreement.ts";
import type { Edges } from "./edges.ts";
import type { MeasuredEdges } from "./measured_edges.ts";

/**
 * Edges that were measured: the stratified ones, the top ones, then those of pairs, of which `pair`
 * tells the number; `count` [pairs]: how many edges of a pair there are in the whole text.
 */
export type PairEdges = {
  edges: Edges;
  sizes: { stratified: number; top: number };
  pair: Uint32Array;
  count: Uint32Array;
  measured: MeasuredEdges;
};

/** Means over a pair's edges, with log count, main effects and A held fixed. */
export type PairAgreement = { metric: string; raw: number; partial: number | null };

/** Of all pairs; `reliability`: of their four-point differences. */
export type PairsAgreement = {
  pairs: number;
  perPair: number;
  reliability: number;
  agreement: PairAgreement[];
};

/** Agreement of every metric's means with those of the four-point difference, values frozen. */
export function pairAgreement(
  { edges, sizes, pair, count, measured }: PairEdges,
  metrics: Record<string, Float64Array>,
  { pos, seed }: { pos: number; seed: number },
): PairsAgreement {
  const first = sizes.stratified + sizes.top;
  const rest = <Name extends string>(columns: Record<Name, Float64Array>) =>
    takeColumns(columns, Array.from(pair, (_, at) => first + at));
  const { four_point, query_effect, key_effect } = rest(measured.frozen);
  const main_effects = query_effect.map((m, e) => Math.sqrt(m * key_effect[e]));
  const document = Array.from(pair, (_, at) => Math.floor(edges.q[first + at] / pos));
  const sample: Omit<Measured, "values"> = { pairs: count.length, pair, document };
  const means = pairMeans({ ...sample, values: { ...rest(metrics), main_effects } });
  const truth = { ...sample, values: { four_point } };
  const found = heldFixed({
    metrics: means,
    truths: pairMeans(truth),
    controls: {
      raw: {},
      partial: {
        count: Float64Array.from(count, Math.log),
        main_effects: means.main_effects,
        attended: means.attended,
      },
    },
  });
  return {
    pairs: count.length,
    perPair: pair.length / count.length,
    reliability: reliability(truth, { seed }).four_point.whole,
    agreement: Object.keys(means).map((metric) => ({
      metric,
      raw: found.raw.four_point[metric]!,
      partial: found.partial.four_point[metric],
    })),
  };
}
