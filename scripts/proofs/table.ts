/** The table of compact proofs of runs side by side, one column a population. @module */
import {
  best,
  type Group,
  GROUPS,
  groupSpread,
  leastUpper,
  theoremName,
} from "../../lib/proofs/run/groups.ts";
import {
  familyTitle,
  kindOf,
  type ModelResult,
  type ProofRow,
} from "../../lib/proofs/run/results.ts";
import type { Method } from "../../lib/proofs/checker/statement.ts";
import { ratio } from "../../lib/proofs/prove.ts";
import { drawnBy } from "../../lib/proofs/run/sampled.ts";
import { THEOREMS } from "../../lib/proofs/theorems/mod.ts";
import { type Spread, spread } from "../../lib/numerics/statistics.ts";
import { PAPER } from "./paper.ts";
import { families, lossesInEvery, publishedAt } from "./lines/bounds.ts";
import type { ProofsResults } from "./results.ts";

const OURS = THEOREMS.filter(({ source }) => source === "ours").map(({ name }) => name);

type Population = ReturnType<typeof families>[number];
type Cell = (population: Population) => string;

/**
 * Rows of Markdown: accuracy, groups (paper / as published here / sound), theorems with log2 of
 * their FLOPs.
 */
export function tableRows(runs: readonly ProofsResults[]): string[][] {
  const populations = runs.flatMap((run) =>
    families(run).map((population) => ({ ...population, seed: run.seed }))
  );
  const header = [
    "",
    ...populations.map(({ family, models, seed }) =>
      `${familyTitle(family)}, ${models.length} model${models.length > 1 ? "s" : ""}` +
      (runs.length > 1 ? `, seed ${seed}` : "")
    ),
  ];
  const line = (name: string, cell: Cell) => [name, ...populations.map(cell)];
  const rows = [
    line("accuracy: paper / here", accuracyCell),
    line("cubic: paper / here", groupCell("cubic")),
    ...GROUPS.slice(2).map((group) =>
      line(`${group}: paper / as published / sound`, groupCell(group))
    ),
    line("N6, best of its strategies", (population) => theoremCell(population, bestOfKind("N6"))),
    ...theorems(runs).map((name) =>
      line(
        name,
        (population) =>
          theoremCell(population, ({ rows }) => rows.find((row) => theoremName(row) === name)),
      )
    ),
    ...inEvery(runs).map((name) =>
      line(`${name}: lost for every float32 evaluation`, lostCell(name))
    ),
    ...(["sampled", "sampled/N5"] as const).map((method) =>
      line(`no proof: ${method}, confidence 0.999999`, sampledCell(method))
    ),
    line("upper bound, N4: at most", ({ models }) => number(spread(models.map(leastUpper)))),
  ];
  return [header, ...rows];
}

const accuracyCell: Cell = ({ family, models }) => {
  const paper = publishedAt(PAPER.groups["brute-force"], family);
  const ours = number(spread(models.map(({ accuracy }) => accuracy.value)));
  return [paper ? paper.value.toFixed(4) : "–", ours].join(" / ");
};

const groupCell = (group: Group): Cell => ({ family, models }) => {
  const paper = publishedAt(PAPER.groups[group], family);
  const variants = group === "cubic" ? ["published"] as const : ["published", "sound"] as const;
  const ours = variants.map((variant) => number(groupSpread(models, group, variant), 3));
  return [paper ? paper.value.toFixed(3) : "–", ...ours].join(" / ");
};

/** Mean bound, not normalised, and the length of the proof. */
function theoremCell(
  { models }: Population,
  choose: (model: ModelResult) => ProofRow | undefined,
): string {
  const rows = models.flatMap((model) => choose(model) ?? []);
  if (rows.length === 0) return "–";
  const flops = spread(rows.map((row) => Math.log2(row.flops))).mean;
  return `${number(spread(rows.map(({ bound }) => bound)))}, 2^${flops.toFixed(1)}`;
}

const bestOfKind = (kind: string) => (model: ModelResult) =>
  best(model.rows.filter((row) => kindOf(row) === kind));

/** Our theorems in the order of their list, each with every grid that was used. */
function theorems(runs: readonly ProofsResults[]): string[] {
  const names = runs.flatMap(({ models }) => models).flatMap(({ rows }) =>
    rows.filter((row) => OURS.includes(row.strategy)).map(theoremName)
  );
  const rank = (name: string) => OURS.indexOf(name.split(",")[0]);
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b));
}

/** The theorems that were proved for float32 evaluations too, in the order of their rows. */
function inEvery(runs: readonly ProofsResults[]): string[] {
  const rows = runs.flatMap(({ models }) => models).flatMap(({ rows }) => rows);
  return [...new Set(rows.filter((row) => row.everyFloat32).map(theoremName))];
}

/** The mean loss by class: "ieee 1e-6, wgsl 2e-6". */
const lostCell = (name: string): Cell => ({ models }) => {
  const some = lossesInEvery(models).filter((row) => row.name === name);
  const cells = some.map(({ arithmetic, losses }) =>
    `${arithmetic} ${spread(losses.map(({ lost }) => lost)).mean.toExponential(0)}`
  );
  return cells.join(", ") || "–";
};

/** Mean bound with confidence, and the length of all draws. */
const sampledCell = (method: Method): Cell => ({ models }) => {
  const rows = models.map((model) => {
    const { atLeast, setFlops, drawFlops } = drawnBy(model, method);
    const sequences = BigInt(model.v) ** BigInt(model.K);
    const bound = ratio(BigInt(atLeast["0.999999"]), sequences);
    return { bound, length: Math.log2(setFlops + drawFlops) };
  });
  const length = spread(rows.map(({ length }) => length)).mean;
  return `${number(spread(rows.map(({ bound }) => bound)), 5)}, 2^${length.toFixed(1)}`;
};

function number({ mean, sd }: Spread, digits = 4): string {
  return `${mean.toFixed(digits)} ± ${sd.toFixed(digits)}`;
}
