/** Edges of a whole text, measured part by part: scores, ground truths, rows, bounds. @module */
import { type EdgeMetrics, edgeMetrics } from "./edge_metrics.ts";
import { shiftEdges } from "./edge_sample.ts";
import { type Edges, takeEdges } from "./edges.ts";
import { type PairRowMoves, pairRowMoves } from "./pair_rows.ts";
import type { AttentionPlayers } from "./players.ts";
import { type EdgeTruth, edgeTruth, hostAttention } from "./truth.ts";

/**
 * By edge [n]: scores, both ground truths, the norm of the attention's output at q, and its pair
 * taken out of the whole row.
 */
export type MeasuredEdges = {
  metrics: EdgeMetrics;
  frozen: EdgeTruth;
  full: EdgeTruth;
  output: Float64Array;
  row: PairRowMoves;
};

/** Edges of a text, tokens counted in it; `add` measures those of a part whose first token is `first`. */
export function measuredEdges(edges: Edges): {
  measured: MeasuredEdges;
  add(players: AttentionPlayers, first: number): Promise<void>;
} {
  const n = edges.q.length, zeros = () => new Float64Array(n);
  const truth = (): EdgeTruth => ({
    four_point: zeros(),
    query_effect: zeros(),
    key_effect: zeros(),
  });
  const measured: MeasuredEdges = {
    metrics: {
      first_order: zeros(),
      exact_removal: zeros(),
      attended_score: zeros(),
      raw_score: zeros(),
      tv_bound: zeros(),
      attended: zeros(),
      omega: zeros(),
      acts_product: zeros(),
    },
    frozen: truth(),
    full: truth(),
    output: zeros(),
    row: { move: zeros(), variation: zeros(), bound: zeros() },
  };
  return {
    measured,
    async add(players, first) {
      const here = Array.from(edges.q, (_, e) => e).filter((e) =>
        edges.q[e] >= first && edges.q[e] < first + players.tokens
      );
      if (here.length === 0) return;
      const own = shiftEdges(takeEdges(edges, here), -first);
      const place = <Name extends string>(
        into: Record<Name, Float64Array>,
        from: Record<Name, Float64Array>,
      ) => {
        for (const name of Object.keys(into) as Name[]) {
          here.forEach((e, at) => into[name][e] = from[name][at]);
        }
      };
      place(measured.metrics, await edgeMetrics(players, own));
      place(measured.row, await pairRowMoves(players, own));
      const { frozen, full, output } = edgeTruth(await hostAttention(players), own);
      place(measured.frozen, frozen);
      place(measured.full, full);
      place({ output: measured.output }, { output });
    },
  };
}
