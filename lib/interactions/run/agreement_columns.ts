/**
 * The columns that are compared with ablation, of the pairs that were ablated: metrics from their
 * table, baselines from a text.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import {
  blockBaselines,
  commonBaselines,
  type TextMeans,
} from "../agreement/baselines/text_baselines.ts";
import { normalised } from "../agreement/baselines/latent_means.ts";
import type { Columns } from "../agreement/columns.ts";
import type { PairList } from "../pairs/instances.ts";
import type { PairMetric } from "../pairs/metrics.ts";
import { placesIn } from "../ranking/gather.ts";
import { firingOf, pairOverlaps } from "../ranking/overlap.ts";
import type { PairTable, StatisticName } from "./pair_tables.ts";

/** Metrics of which other statistics than the mean over co-active tokens are compared as well. */
const OTHER_STATISTICS: Partial<Record<PairMetric, readonly StatisticName[]>> = {
  removal: ["S_max", "S_mean"],
  dominant_bound: ["S_max", "S_mean"],
  main_product_insertion: ["S_max"],
  main_product_removal: ["S_max"],
};

/** What a comparison is made of. */
export type PairColumns = { blocks: Columns[]; common: Columns; overlap: Float64Array };

/**
 * By block the metrics, "removal" for the mean over co-active tokens, "removal S_max" for another
 * statistic, and the baselines. `text` is the one that `means` and `table` were read from. Throws on
 * a pair that the table does not have.
 */
export function pairColumns(
  { table, metrics, means, coder, text }: {
    table: PairTable;
    metrics: readonly PairMetric[];
    means: TextMeans;
    coder: Crosscoder;
    text: readonly Uint32Array[];
  },
  pairs: PairList,
  { seed }: { seed: number },
): PairColumns {
  const places = placesIn(pairs, table.pairs), missing = places.indexOf(-1);
  if (missing >= 0) {
    throw new RangeError(
      `Cannot compare pairs: expected scores of latents ${pairs.i[missing]} and ` +
        `${pairs.j[missing]} but found none: ablate pairs that were scored`,
    );
  }
  const blocks = means.blocks.map((block): Columns => {
    const value = (metric: PairMetric, statistic: StatisticName) => {
      const all = table.value(block.layer, metric, statistic);
      return Float64Array.from(places, (place) => all[place]);
    };
    const local = Object.fromEntries(metrics.flatMap((metric) => [
      [metric, value(metric, "S_co")],
      ...(OTHER_STATISTICS[metric] ?? []).map((name) => [
        `${metric} ${name}`,
        value(metric, name),
      ]),
    ])) as Record<string, Float64Array>;
    const { main_product_insertion, main_product_removal, removal } = local;
    return {
      ...local,
      "removal normalised": normalised(removal, pairs, block.removal),
      B5c: main_product_insertion.map((value, p) => value + main_product_removal[p]),
      ...blockBaselines(means, block, { coder, pairs }),
    };
  });
  const count = Uint32Array.from(places, (place) => table.count[place]);
  return {
    blocks,
    common: commonBaselines(means, coder, { pairs, seed }),
    overlap: pairOverlaps(pairs, count, firing(means, text)).words,
  };
}

function firing({ parts }: TextMeans, text: readonly Uint32Array[]) {
  const pos = text[0].length;
  let first = 0;
  return firingOf(parts.map((active) => {
    const read = text.slice(first, first += active.tokens / pos);
    return { active, ids: read.flatMap((ids) => [...ids]) };
  }));
}
