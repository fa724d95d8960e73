/** Which choices move a ranking, for the phase `ranking`. @module */
import type { PairMetric } from "../../pairs/metrics.ts";
import { type Choice, compareRankings } from "../../ranking/choices.ts";
import type { Half } from "../../ranking/cluster_trial.ts";
import type { RankedText } from "../../ranking/lists.ts";
import { valuesFor } from "../../ranking/rank_text.ts";
import type { ScoredBlock } from "../../ranking/score_text.ts";
import type { PairTable, StatisticName } from "../pair_tables.ts";

/** `halves` are of the text that was `ranked`; `blocks` have the main effects there. */
export type ChoiceOptions = {
  ranked: RankedText;
  halves: readonly Half[];
  blocks: readonly ScoredBlock<"removal">[];
  least: number;
  top: number;
};

/**
 * S_co of the removal metric, summed over blocks, against other contexts, norms, normalisations and
 * statistics, on the pairs of a table of the phase `pairs`; halves of a text tell the noise.
 */
export function choicesOf(
  table: PairTable,
  { ranked, halves, blocks, least, top }: ChoiceOptions,
): Choice[] {
  const over = (metric: PairMetric, statistic: StatisticName = "S_co") =>
    added(blocks.map(({ layer }) => table.value(layer, metric, statistic)));
  const reference = over("removal");
  const compare = (choice: string, variant: string, values: ArrayLike<number>): Choice => ({
    choice,
    variant,
    ...compareRankings(reference, values, { top }),
  });
  return [
    compare("context", "insertion", over("insertion")),
    compare("context", "both (Archipelago)", over("archipelago")),
    compare("context", "random orders (Shapley-Taylor)", over("shapley_taylor")),
    compare("norm", "sum over neurons (triangle)", over("removal_triangle")),
    compare("normalisation", "by both main effects", normalised(table, blocks)),
    compare("statistic", "S_mean", over("removal", "S_mean")),
    compare("statistic", "S_q99", over("removal", "S_q99")),
    compare("statistic", "S_max", over("removal", "S_max")),
    ...blocks.map(({ layer }) =>
      compare("block", `block ${layer} alone`, table.value(layer, "removal", "S_co"))
    ),
    {
      choice: "text",
      variant: "other half (S_mean)",
      ...betweenHalves(ranked, halves, { least, top }),
    },
  ];
}

function added(columns: readonly ArrayLike<number>[]): Float64Array {
  return Float64Array.from(
    columns[0],
    (_, p) => columns.reduce((sum, column) => sum + column[p], 0),
  );
}

/** S_co / √(E‖m_i‖² E‖m_j‖²) of each block, summed. */
function normalised(
  { pairs: { i, j }, value }: PairTable,
  blocks: readonly ScoredBlock<"removal">[],
): Float64Array {
  return added(blocks.map(({ layer, main }) => {
    const { square } = main!;
    return value(layer, "removal", "S_co").map((score, p) => {
      const scale = Math.sqrt(square[i[p]] * square[j[p]]);
      return scale > 0 ? score / scale : 0;
    });
  }));
}

/** S_mean of the two halves of a text, summed over blocks, on pairs that meet often enough in all. */
function betweenHalves(
  { pairs, blocks: [{ statistics: { count } }] }: RankedText,
  halves: readonly Half[],
  { least, top }: { least: number; top: number },
): Pick<Choice, "spearman" | "common"> {
  const [first, second] = halves.map((half) =>
    valuesFor(pairs, half).filter((_, p) => count[p] >= least)
  );
  return compareRankings(first, second, { top });
}
