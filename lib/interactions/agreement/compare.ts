/**
 * One dictionary's metrics and baselines against what ablation measured: each block's own ablation
 * with that block's metrics, ablation at all blocks with their sums.
 *
 * @module
 */
import type { BootstrapOptions } from "../../numerics/bootstrap.ts";
import { type AgreementInput, type Columns, mapColumns } from "./columns.ts";
import { type ControlSet, controlSets } from "./controls.ts";
import { documentIntervals, type Interval, pairIntervals } from "./intervals.ts";
import { type Measured, pairMeans, type Reliability, reliability } from "./measured.ts";
import { rankR2 } from "./rank_r2.ts";
import { type AgreementRow, agreementTable, type TableOptions } from "./table.ts";

/** Ablation at some blocks at once. `measured.values` have the truths, at least 0 each. */
export type AblationCase = {
  /** Such as "block 2", "joint". */
  name: string;
  /** Which of the blocks it ablates at. */
  blocks: readonly number[];
  measured: Measured;
  /** sqrt of the product of the two measured main effects, [instances]. */
  effects: ArrayLike<number>;
};

/** What is compared, [pairs] each; every block has the same names. */
export type Comparison = {
  /**
   * By block. `B5`, `main_product_insertion` and `main_product_removal` with their `S_max` are
   * controls as well.
   */
  blocks: readonly Columns[];
  /** Baselines that are the same at every block; `count` is a control as well. */
  common: Columns;
  overlap: ArrayLike<number>;
  cases: readonly AblationCase[];
};

export type ComparisonOptions = TableOptions & {
  seed: number;
  /** Resamples of the intervals. */
  resamples: number;
  /** Metrics (none: no intervals) and truths that get them, and what others are held against. */
  intervals: { metrics: readonly string[]; truths: readonly string[]; against: string };
  /** Metrics whose gain beyond the controls is cross-validated, together. */
  added: readonly string[];
};

/** An interval over what is drawn again. */
export type ComparedInterval = Interval & {
  over: "documents" | "pairs";
  set: string;
  truth: string;
  metric: string;
};

/** What one ablation says. */
export type ComparedCase = {
  name: string;
  rows: AgreementRow[];
  reliability: Record<string, Reliability>;
  /** Cross-validated R² of ranks, without and with the metrics of `added`. */
  r2: Record<string, { controls: number; withMetrics: number }>;
  intervals: ComparedInterval[];
};

/** Sets of controls that get intervals. */
const WITH_INTERVALS: readonly ControlSet[] = ["raw", "A", "B", "B, largest"];

/** All cases. */
export function compareMetrics(given: Comparison, options: ComparisonOptions): ComparedCase[] {
  return given.cases.map((one) => compareCase(given, one, options));
}

function compareCase(
  { blocks, common, overlap }: Comparison,
  { name, blocks: ablated, measured, effects }: AblationCase,
  { seed, resamples, intervals, added, ...table }: ComparisonOptions,
): ComparedCase {
  const local = sumOver(blocks, ablated);
  const metrics: Columns = { ...common, ...local };
  const truths = pairMeans(measured);
  const oracle = pairMeans({ ...measured, values: { effects } }).effects;
  const controls = controlSets({
    count: common.count,
    B5: local.B5,
    B5c_insertion: local.main_product_insertion,
    B5c_removal: local.main_product_removal,
    largest_insertion: local["main_product_insertion S_max"],
    largest_removal: local["main_product_removal S_max"],
    overlap,
    measured: oracle,
  });
  const rows = agreementTable({ metrics, truths, controls }, overlap, table);
  const r2Controls = { ...controls.A, ...controls.B, acts_product: local.acts_product };
  const r2 = rankR2({ metrics: pick(metrics, added), truths, controls: r2Controls }, { seed });
  return {
    name,
    rows,
    reliability: reliability(measured, { seed }),
    r2,
    intervals: intervals.metrics.length === 0 ? [] : intervalsOf(
      { metrics: pick(metrics, intervals.metrics), controls, truths },
      measured,
      { seed, resamples, name: `agreement ${name}`, ...intervals },
    ),
  };
}

/** Over documents of the ground truth, and over pairs. */
function intervalsOf(
  { metrics, controls, truths: means }: AgreementInput,
  measured: Measured,
  { truths, against, ...drawn }:
    & BootstrapOptions
    & Pick<ComparisonOptions["intervals"], "truths" | "against">,
): ComparedInterval[] {
  const { seed, resamples, name } = drawn, options = { seed, resamples, name, against };
  const of = {
    metrics,
    controls: Object.fromEntries(WITH_INTERVALS.map((set) => [set, controls[set]])),
  };
  const some = { ...measured, values: pick(measured.values, truths) };
  return [
    ...listed("documents", documentIntervals(of, some, options)),
    ...listed("pairs", pairIntervals({ ...of, truths: pick(means, truths) }, options)),
  ];
}

function listed(
  over: ComparedInterval["over"],
  intervals: ReturnType<typeof pairIntervals>,
): ComparedInterval[] {
  return Object.entries(intervals).flatMap(([set, truths]) =>
    Object.entries(truths).flatMap(([truth, metrics]) =>
      Object.entries(metrics).map(([metric, interval]) => ({
        over,
        set,
        truth,
        metric,
        ...interval,
      }))
    )
  );
}

/** Column by column over the blocks that an ablation touches; of one block its own. */
export function sumOver(blocks: readonly Columns[], ablated: readonly number[]): Columns {
  const [first, ...others] = ablated.map((block) => blocks[block]);
  return mapColumns(first, (values, name) => {
    const sum = Float64Array.from(values);
    for (const block of others) sum.forEach((_, p) => sum[p] += block[name][p]);
    return sum;
  });
}

function pick(columns: Columns, names: readonly string[]): Columns {
  return Object.fromEntries(names.map((name) => {
    if (columns[name]) return [name, columns[name]];
    throw new RangeError(
      `Cannot compare metrics: expected one of ${Object.keys(columns).join(", ")} but found ` +
        `${name}: name what was measured`,
    );
  }));
}
