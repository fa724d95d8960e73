/** Which choices move a ranking, for the phase `ranking`. @module */
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import type { LanguageModel } from "../../../model/language_model.ts";
import { type Choice, compareRankings } from "../../ranking/choices.ts";
import type { Half } from "../../ranking/cluster_trial.ts";
import { type RankedText, summed } from "../../ranking/lists.ts";
import { rankText, valuesFor } from "../../ranking/rank_text.ts";
import { type ScoredBlock, scoreText } from "../../ranking/score_text.ts";
import { topOf } from "../../ranking/top.ts";

const METRICS = ["removal", "insertion", "archipelago", "removal_triangle"] as const;
type Metric = typeof METRICS[number];

export type ChoiceOptions = {
  ranked: RankedText;
  halves: readonly Half[];
  text: readonly Uint32Array[];
  least: number;
  top: number;
};

/**
 * S_co of the removal metric, summed over blocks, against other contexts, norms, normalisations and
 * statistics, on pairs that meet often enough in `text`; halves of the longer text tell the noise.
 */
export async function choicesOf(
  model: LanguageModel,
  coder: Crosscoder,
  { ranked, halves, text, least, top }: ChoiceOptions,
): Promise<Choice[]> {
  const scored = await scoreText(model, coder, { text, metrics: METRICS, main: true });
  const by = Object.fromEntries(
    METRICS.map((metric) => [metric, rankText(scored, metric)]),
  ) as Record<
    Metric,
    RankedText
  >;
  const [{ statistics: { count } }] = by.removal.blocks;
  const chosen = topOf(count, count.length, (p) => count[p] >= Math.min(least, LEAST))
    .sort((a, b) => a - b);
  const reference = summed(by.removal, "S_co");
  const own = chosen.map((p) => reference[p]);
  const compare = (choice: string, variant: string, values: ArrayLike<number>): Choice => ({
    choice,
    variant,
    ...compareRankings(own, chosen.map((p) => values[p]), { top }),
  });
  const single = by.removal.blocks.map(({ layer, statistics: { S_co } }) =>
    compare("block", `block ${layer} alone`, S_co)
  );
  return [
    compare("context", "insertion", summed(by.insertion, "S_co")),
    compare("context", "both (Archipelago)", summed(by.archipelago, "S_co")),
    compare("norm", "sum over neurons (triangle)", summed(by.removal_triangle, "S_co")),
    compare("normalisation", "by both main effects", normalised(by.removal, scored.blocks)),
    compare("statistic", "S_mean", summed(by.removal, "S_mean")),
    compare("statistic", "S_max", largestOver(by.removal)),
    ...single,
    {
      choice: "text",
      variant: "other half (S_mean)",
      ...betweenHalves(ranked, halves, { least, top }),
    },
  ];
}

/** A shorter text has fewer meetings. */
const LEAST = 8;

/** S_co / √(E‖m_i‖² E‖m_j‖²) of each block, summed. */
function normalised(
  { pairs: { i, j }, blocks }: RankedText,
  scored: readonly ScoredBlock<Metric>[],
): Float64Array {
  const sum = new Float64Array(i.length);
  blocks.forEach(({ statistics: { S_co } }, at) => {
    const { square } = scored[at].main!;
    S_co.forEach((value, p) => {
      const scale = Math.sqrt(square[i[p]] * square[j[p]]);
      sum[p] += scale > 0 ? value / scale : 0;
    });
  });
  return sum;
}

/** S_mean of the two halves of a text, summed over blocks, on pairs that meet often enough in all. */
function betweenHalves(
  { pairs, blocks: [{ statistics: { count } }] }: RankedText,
  halves: readonly Half[],
  { least, top }: { least: number; top: number },
): Pick<Choice, "spearman" | "common"> {
  const [first, second] = halves.map((half) => {
    const values = valuesFor(pairs, half);
    return values.filter((_, p) => count[p] >= least);
  });
  return compareRankings(first, second, { top });
}

/** S_max of each block, summed. */
function largestOver({ blocks }: RankedText): Float64Array {
  return blocks[0].statistics.S_max.map((_, p) =>
    blocks.reduce((sum, { statistics: { S_max } }) => sum + S_max[p], 0)
  );
}
