/**
 * What a block's attention does over a whole text, part by part: how the scores divide, how many
 * keys a query mixes, which pairs meet, which latents the values and the positions bring; and
 * candidates for edges, by A |γ|.
 * @module
 */
import type { Random } from "../../numerics/random.ts";
import { crossPositions, crossPositionShares, participationOf } from "./cross_position.ts";
import { joinEdges, shiftEdges } from "./edge_sample.ts";
import { drawEdges, type Edges } from "./edges.ts";
import { attendedScores } from "./edge_metrics.ts";
import { addToPairTables, createPairTables, type PairSums, readPairTables } from "./pair_tables.ts";
import type { AttentionPlayers } from "./players.ts";
import { addProducts, emptyProducts, type ScoreProducts, scoreProducts } from "./score_parts.ts";
import type { AttentionWeights } from "./weights.ts";

/**
 * Running sums of a block. `add` takes a part of a text whose first token is `first`, draws so many
 * `candidates` from it and, where `positions` is set, divides its cross-position interaction among
 * latents.
 */
export type Survey = Disposable & {
  add(
    players: AttentionPlayers,
    at: { first: number; candidates: number; positions: boolean },
  ): Promise<void>;
  finish(): Promise<SurveyResult>;
};

/**
 * `participation` [n_heads]: mean of 1 − ΣA² over queries that see more than one key. `positions`
 * [n_heads][d_sae]: Σ over rows of the squared share of the cross-position interaction. Candidates
 * count tokens in the whole text; `attended` are their A |γ|.
 */
export type SurveyResult = {
  products: ScoreProducts;
  participation: number[];
  positions: Float64Array[];
  pairs: PairSums;
  candidates: Edges;
  attended: Float64Array;
};

/** Begins with no text. Dispose of it when done. */
export function createSurvey(weights: AttentionWeights, { random }: { random: Random }): Survey {
  const { d_sae, heads: { n_heads, window } } = weights;
  const tables = createPairTables(weights, { random: random.stream("shuffle") });
  const draws = random.stream("candidates");
  const products = emptyProducts(n_heads), participation = new Array<number>(n_heads).fill(0);
  const positions = Array.from({ length: n_heads }, () => new Float64Array(d_sae));
  const candidates: Edges[] = [], attended: Float64Array[] = [];
  let rows = 0;
  return {
    async add(players, { first, candidates: count, positions: divided }) {
      const { active, pos, batch } = players;
      addProducts(products, await scoreProducts(players));
      addToPairTables(tables, players);
      using shared = participationOf(players);
      const taking = await shared.read();
      taking.forEach((value, row) => participation[Math.floor(row / pos) % n_heads] += value);
      rows += batch * (pos - 1); // the first query sees itself alone: 0
      if (divided) {
        using crossed = crossPositions(players);
        const shares = await crossPositionShares(players, crossed);
        shares.forEach((of_head, h) => of_head.forEach((sum, j) => positions[h][j] += sum));
      }
      const edges = drawEdges(active, { pos, window }, { count, random: draws });
      attended.push(await attendedScores(players, edges));
      candidates.push(shiftEdges(edges, first));
    },
    async finish() {
      return {
        products,
        participation: participation.map((sum) => sum / rows),
        positions,
        pairs: await readPairTables(tables),
        candidates: joinEdges(candidates),
        attended: Float64Array.from(attended.flatMap((part) => Array.from(part))),
      };
    },
    [Symbol.dispose]: () => tables[Symbol.dispose](),
  };
}
