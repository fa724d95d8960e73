/** Statistics of pair scores over a text, block by block, of pairs that meet often enough. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { exactly, expectForm, list, oneOf, whole } from "../../io/form.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { type Random, randomForm } from "../../numerics/random.ts";
import { concatenated } from "../arrays.ts";
import { activeText } from "../players/active_text.ts";
import { blockPlayers } from "../players/blocks.ts";
import { type PairStatistics, pairStatistics } from "../ranking/statistics.ts";
import { pairInstances, type PairList } from "./instances.ts";
import { PAIR_METRICS, type PairMetric } from "./metrics.ts";
import { pairScores } from "./pair_scores.ts";

/** By block and metric, of the same pairs; `met`: pairs that meet at all. */
export type ScoredPairs<Metric extends PairMetric = PairMetric> = {
  pairs: PairList;
  count: Uint32Array;
  tokens: number;
  met: number;
  instances: number;
  blocks: { layer: number; metrics: Record<Metric, PairStatistics> }[];
};

const OPTIONS = exactly({
  metrics: list(oneOf(PAIR_METRICS), { least: 1 }),
  least: whole(1),
  random: randomForm,
});

/**
 * Pairs that are both active on at least `least` tokens of the text, sequences of one length;
 * `random` draws orders of the Shapley-Taylor index. Throws where no pair is, beside what textParts
 * and makePlayers refuse.
 */
export async function scorePairs<Metric extends PairMetric>(
  model: LanguageModel,
  coder: Crosscoder,
  { text, ...options }: {
    text: readonly ArrayLike<number>[];
    metrics: readonly Metric[];
    least: number;
    random: Random;
  },
): Promise<ScoredPairs<Metric>> {
  const { metrics, least, random } = options;
  expectForm(ACTION, options, OPTIONS);
  const { only, count, tokens, met } = await oftenMet(model, coder, { text, least });
  const found = new Map<number, Record<Metric, Float32Array>[]>();
  const pair: Uint32Array[] = [];
  let first = -1;
  for await (const { part, block: { layer }, players } of blockPlayers(model, coder, text)) {
    const instances = pairInstances(part.active, { only });
    const scores = await pairScores(players, instances, { metrics, random });
    found.set(layer, [...found.get(layer) ?? [], scores]);
    if (part.first === first) continue;
    first = part.first;
    pair.push(instances.pair);
  }
  const instances = { pairs: only, pair: concatenated(pair) };
  const blocks = [...found].map(([layer, parts]) => ({
    layer,
    metrics: Object.fromEntries(metrics.map((metric) => {
      const values = concatenated(parts.map((part) => part[metric]));
      return [metric, pairStatistics(values, instances, { tokens })];
    })) as Record<Metric, PairStatistics>,
  }));
  return { pairs: only, count, tokens, met, instances: instances.pair.length, blocks };
}

const ACTION = "score the pairs of a text";

async function oftenMet(
  model: LanguageModel,
  coder: Crosscoder,
  { text, least }: { text: readonly ArrayLike<number>[]; least: number },
): Promise<{ only: PairList; count: Uint32Array; tokens: number; met: number }> {
  const active = await activeText(model, coder, text);
  const { pairs, pair } = pairInstances(active);
  const counts = new Uint32Array(pairs.i.length);
  for (const p of pair) counts[p]++;
  const chosen = Uint32Array.from(counts.keys()).filter((p) => counts[p] >= least);
  if (chosen.length === 0) {
    throw new RangeError(
      `Cannot ${ACTION}: expected pairs that meet on ${least} tokens but found none of the ` +
        `${counts.length} that meet at all on ${active.tokens}: take a longer text, or ask for fewer tokens`,
    );
  }
  const take = (values: Uint32Array) => chosen.map((p) => values[p]);
  return {
    only: { d_sae: pairs.d_sae, i: take(pairs.i), j: take(pairs.j) },
    count: take(counts),
    tokens: active.tokens,
    met: counts.length,
  };
}
