/** Statistics of pair scores over a text, block by block, of pairs that meet often enough. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { exactly, expectForm, list, oneOf, whole } from "../../io/form.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { type Random, randomForm } from "../../numerics/random.ts";
import { blockPlayers } from "../players/blocks.ts";
import { textParts } from "../../crosscoder/text_parts.ts";
import type { PairStatistics } from "../ranking/statistics.ts";
import { pairInstances, type PairList } from "./instances.ts";
import { PAIR_METRICS, type PairMetric } from "./metrics.ts";
import { pairScores } from "./pair_scores.ts";
import {
  addValues,
  type RunningStatistics,
  runningStatistics,
  statisticsOf,
} from "./running_statistics.ts";

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
  const running = new Map<number, Record<Metric, RunningStatistics>>();
  for await (const { part, block: { layer }, players } of blockPlayers(model, coder, text)) {
    const instances = pairInstances(part.active, { only });
    const scores = await pairScores(players, instances, { metrics, random });
    const here = running.get(layer) ?? byMetric(metrics, () => runningStatistics(count));
    running.set(layer, here);
    for (const metric of metrics) addValues(here[metric], scores[metric], instances.pair);
  }
  const blocks = [...running].map(([layer, here]) => ({
    layer,
    metrics: byMetric(metrics, (metric) => statisticsOf(here[metric], { tokens })),
  }));
  const instances = count.reduce((sum, n) => sum + n, 0);
  return { pairs: only, count, tokens, met, instances, blocks };
}

function byMetric<Metric extends string, T>(
  metrics: readonly Metric[],
  make: (metric: Metric) => T,
): Record<Metric, T> {
  return Object.fromEntries(metrics.map((metric) => [metric, make(metric)])) as Record<Metric, T>;
}

const ACTION = "score the pairs of a text";

async function oftenMet(
  model: LanguageModel,
  coder: Crosscoder,
  { text, least }: { text: readonly ArrayLike<number>[]; least: number },
): Promise<{ only: PairList; count: Uint32Array; tokens: number; met: number }> {
  const { d_sae } = coder.config;
  const meetings = new Map<number, number>();
  let tokens = 0;
  for await (const { active } of textParts(model, coder, text)) {
    tokens += active.tokens;
    const { pairs: { i, j }, pair } = pairInstances(active), here = new Uint32Array(i.length);
    for (const p of pair) here[p]++;
    here.forEach((n, p) => {
      const key = i[p] * d_sae + j[p];
      meetings.set(key, (meetings.get(key) ?? 0) + n);
    });
  }
  const chosen = Float64Array.from([...meetings].filter(([, n]) => n >= least), ([key]) => key)
    .sort();
  if (chosen.length === 0) {
    throw new RangeError(
      `Cannot ${ACTION}: expected pairs that meet on ${least} tokens but found none of the ` +
        `${meetings.size} that meet at all on ${tokens}: take a longer text, or ask for fewer tokens`,
    );
  }
  return {
    only: {
      d_sae,
      i: Uint32Array.from(chosen, (key) => Math.floor(key / d_sae)),
      j: Uint32Array.from(chosen, (key) => key % d_sae),
    },
    count: Uint32Array.from(chosen, (key) => meetings.get(key)!),
    tokens,
    met: meetings.size,
  };
}
