/** The table of the interactions in README.md: a column a run. @module */
import type { InteractionsResults } from "../../lib/interactions/run/results.ts";
import { spread } from "../../lib/numerics/statistics.ts";

/** What the dictionaries leave, by run. */
export function tableRows(runs: readonly InteractionsResults[]): string[][] {
  const heads = runs.map(({ preset, seed }) => `${preset}, seed ${seed}`);
  return [
    ["", ...heads],
    ["FVU at the MLP inputs of ft1", ...runs.map((run) => fvu(run))],
  ];
}

function fvu({ dictionaries: { coders } }: InteractionsResults): string {
  const means = coders.filter(({ coder }) => coder === "mlp").map(({ FVU }) =>
    FVU.reduce((sum, left) => sum + left, 0) / FVU.length
  );
  const { mean, sd } = spread(means);
  return `${mean.toFixed(3)} ± ${sd.toFixed(3)}`;
}
