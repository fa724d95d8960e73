/** Statistics of pairs on disk: one safetensors file a dictionary. @module */
import { join } from "node:path";
import { encodeSafetensors, readSafetensors } from "../../io/safetensors.ts";
import { writeWhole } from "../../io/files.ts";
import type { PairList } from "../pairs/instances.ts";
import type { PairMetric } from "../pairs/metrics.ts";
import type { ScoredPairs } from "../pairs/score_pairs.ts";
import type { PairStatistics } from "../ranking/statistics.ts";
import type { CoderName } from "./names.ts";

/** S_mean, S_co, S_q99 and S_max, [pairs] each. */
export const STATISTICS = ["S_mean", "S_co", "S_q99", "S_max"] as const;
/** A column of a pair table. */
export type StatisticName = typeof STATISTICS[number];

/** Which dictionary a table is of: `number` counts the seeds of one kind. */
export type TableOf = { coder: CoderName; number: number };

/** A table as it lies on disk: `value` gives one statistic of one metric at one block, [pairs]. */
export type PairTable = {
  pairs: PairList;
  count: Uint32Array;
  value(layer: number, metric: PairMetric, statistic: StatisticName): Float32Array;
};

const fileOf = ({ coder, number }: TableOf) => `${coder}-${number}.safetensors`;
const nameOf = (layer: number, metric: string, statistic: string) =>
  `blocks.${layer}.${metric}.${statistic}`;

/** Writes <coder>-<number>.safetensors: i, j and count, and blocks.L.<metric>.<statistic>. */
export async function writePairTable<Metric extends PairMetric>(
  folder: string,
  of: TableOf,
  { pairs, count, blocks }: ScoredPairs<Metric>,
): Promise<void> {
  const column = (values: ArrayLike<number>) => ({
    shape: [values.length],
    data: Float32Array.from(values),
  });
  const arrays = { i: column(pairs.i), j: column(pairs.j), count: column(count) };
  const values = blocks.flatMap(({ layer, metrics }) =>
    Object.entries<PairStatistics>(metrics).flatMap(([metric, found]) =>
      STATISTICS.map((name) => [nameOf(layer, metric, name), column(found[name])] as const)
    )
  );
  const bytes = encodeSafetensors({ ...arrays, ...Object.fromEntries(values) }, {
    format: "crosslab",
    d_sae: `${pairs.d_sae}`,
  });
  await writeWhole(join(folder, fileOf(of)), bytes);
}

/**
 * Reads the table of a dictionary from the folder of the phase `pairs`. Throws where it is not
 * there, and where a value is asked for that it does not hold.
 */
export async function readPairTable(folder: string, of: TableOf): Promise<PairTable> {
  const path = join(folder, fileOf(of));
  const { tensors, metadata } = await readSafetensors(path);
  const take = (name: string): Float32Array => {
    const found = tensors.get(name);
    if (found !== undefined) return found.data;
    throw new RangeError(
      `Cannot read pairs of ${of.coder}: expected ${name} in ${fileOf(of)} but found none: ` +
        "only the first dictionary has every metric",
    );
  };
  const whole = (name: string) => Uint32Array.from(take(name));
  return {
    pairs: { d_sae: Number(metadata.d_sae), i: whole("i"), j: whole("j") },
    count: whole("count"),
    value: (layer, metric, statistic) => take(nameOf(layer, metric, statistic)),
  };
}
