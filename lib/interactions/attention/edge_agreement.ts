/**
 * Do scores of edges order them as ablation does? Rank correlations with the four-point difference,
 * as they are and with the edge's main effects and attention held fixed; intervals from sequences
 * drawn again, with all their edges.
 * @module
 */
import { bootstrapIntervals } from "../../numerics/bootstrap.ts";
import { type AgreementInput, type Columns, mapColumns, takePairs } from "../agreement/columns.ts";
import { heldFixed } from "../agreement/held_fixed.ts";
import type { EdgeTruth } from "./truth.ts";

/** Scores whose partial coefficients get intervals. */
const WITH_INTERVALS = ["first_order", "exact_removal", "attended_score", "raw_score"];

/**
 * One truth and one score: Spearman, and with main effects and A held fixed; `low` and `high`, 95 %,
 * of those scores that hold an edge's interaction.
 */
export type EdgeAgreement = {
  metric: string;
  raw: number;
  partial: number | null;
  low: number | null;
  high: number | null;
};

/**
 * `metrics` by name, `attended` among them, and the product of the two measured main effects is added
 * as `main_effects`; `document` [n] numbers the sequence of each edge.
 */
export function edgeAgreement(
  metrics: Columns & { attended: ArrayLike<number> },
  { four_point, query_effect, key_effect }: EdgeTruth,
  { document, seed, resamples }: { document: ArrayLike<number>; seed: number; resamples: number },
): EdgeAgreement[] {
  const main_effects = query_effect.map((m, e) => Math.sqrt(m * key_effect[e]));
  const input: AgreementInput = {
    metrics: { ...metrics, main_effects },
    truths: { four_point },
    controls: { raw: {}, partial: { main_effects, attended: metrics.attended } },
  };
  const { raw, partial } = heldFixed(input);
  const names = WITH_INTERVALS.filter((name) => typeof partial.four_point[name] === "number");
  const rows = rowsOf(document);
  const drawn = (weights: Uint32Array) => {
    const chosen = rows.flatMap((edges, d) =>
      Array.from({ length: weights[d] }, () => edges).flat()
    );
    const again = heldFixed({
      metrics: takePairs(
        Object.fromEntries(names.map((name) => [name, input.metrics[name]])),
        chosen,
      ),
      truths: takePairs(input.truths, chosen),
      controls: { partial: takePairs(input.controls.partial, chosen) },
    });
    return names.map((name) => again.partial.four_point[name]!);
  };
  const ends = bootstrapIntervals([rows.map((_, d) => d)], drawn, {
    seed,
    resamples,
    name: "edges",
  });
  return Object.keys(input.metrics).map((metric) => {
    const [low, high] = ends[names.indexOf(metric)] ?? [null, null];
    return {
      metric,
      raw: raw.four_point[metric]!,
      partial: partial.four_point[metric],
      low,
      high,
    };
  });
}

/** The edges of each document that has some. */
function rowsOf(document: ArrayLike<number>): number[][] {
  const rows = new Map<number, number[]>();
  for (let e = 0; e < document.length; e++) {
    const of = rows.get(document[e]) ?? [];
    rows.set(document[e], of);
    of.push(e);
  }
  return [...rows.values()];
}

/** Columns of chosen edges. */
export function takeColumns<Name extends string>(
  columns: Record<Name, Float64Array>,
  rows: ArrayLike<number>,
): Record<Name, Float64Array> {
  return mapColumns(columns, (values) => Float64Array.from(rows, (row) => values[row])) as Record<
    Name,
    Float64Array
  >;
}
