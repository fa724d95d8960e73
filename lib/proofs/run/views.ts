/**
 * What a notebook or a figure shows of proofs: rows of a table, dots of a scatter, and the colours
 * of each kind.
 *
 * @module
 */
import type { BoundPoint } from "../../plot/bound_scatter.ts";
import type { ProofResult } from "../prove.ts";
import { parseStrategy } from "../strategies.ts";
import { THEOREMS } from "../theorems/mod.ts";

/** What proveBound() and certify() return, as far as it is shown. */
export type ShownProof = Omit<ProofResult, "byPair">;

/** Colours of the kinds, as legends call them. */
const COLOURS: Record<string, string> = {
  "brute-force": "#22252B",
  "cubic": "#D55E00",
  "published, unsound": "#9AA0A8",
  "sound": "#0072B2",
  "N6": "#56B4E9",
  "N1": "#CC79A7",
  "N1n": "#E3A8C7",
  "N2": "#7A5C00",
  "N3": "#B0A040",
  "N3n": "#D8C878",
  "N4": "#009E73",
  "N4-partition": "#00704F",
  "N5": "#B3341C",
  "N5, approximate": "#E69F00",
};

/** For kinds without a colour of their own, in turn. */
const SPARE = ["#332288", "#882255", "#117733", "#AA4499"];

const LEGEND = THEOREMS.flatMap(({ kinds }) => Object.values(kinds));

/** Published, repaired and new proofs, in the order of legends. */
export const KIND_COLOURS: Record<string, string> = Object.fromEntries(
  LEGEND.map((kind, n) => [kind, COLOURS[kind] ?? SPARE[n % SPARE.length]]),
);

/** Vega's marks for kinds whose colours are near to each other; the others are circles. */
export const KIND_SHAPES: Record<string, string> = {
  "cubic": "square",
  "published, unsound": "cross",
  "N1": "triangle-up",
  "N1n": "triangle-down",
  "N2": "square",
  "N3": "triangle-up",
  "N3n": "triangle-down",
  "N4-partition": "diamond",
  "N5, approximate": "diamond",
};

/** The kind of a proof as a legend has it: a key of KIND_COLOURS. */
export function seriesOf({ strategy }: { strategy: string }): string {
  const { theorem, kind } = parseStrategy(strategy);
  return theorem.kinds[kind];
}

/** Dots for boundScatter(): log2 FLOPs and bound, in the series of their kind. */
export function boundPoints(results: readonly ShownProof[]): BoundPoint[] {
  return results.map(({ strategy, flops, bound }) => ({
    x: Math.log2(flops),
    y: bound,
    series: seriesOf({ strategy }),
    label: strategy,
  }));
}

/**
 * Rows for displayTable(). Bounds have five decimals, rounded to the safe side: down below, up
 * above. A published bound stands in parentheses. Where several results are of one kind, they go by
 * the whole name of their strategy.
 */
export function proofRows(results: readonly ShownProof[]): Record<string, string>[] {
  const kinds = results.map(seriesOf);
  return results.map((result, i) => {
    const { strategy, certified, sequences, atMost, flops, unexplainedDimension } = result;
    const { theorem, kind } = parseStrategy(strategy);
    const name = kinds.filter((other) => other === kinds[i]).length > 1 ? strategy : kind;
    const atLeast = decimals(certified * DECIMALS / sequences);
    return {
      proof: theorem.sound ? name : `${name}: proves nothing`,
      "at least": theorem.sound ? atLeast : `(${atLeast})`,
      "at most": atMost === undefined
        ? ""
        : decimals((atMost * DECIMALS + sequences - 1n) / sequences),
      "log2 FLOPs": Math.log2(flops).toFixed(1),
      "unexplained dimension": `${unexplainedDimension}`,
    };
  });
}

const DECIMALS = 100_000n;

function decimals(share: bigint): string {
  return (Number(share) / Number(DECIMALS)).toFixed(5);
}
