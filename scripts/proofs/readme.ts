/**
 * Writes the table of compact proofs in README.md from a finished run, one column a population.
 *
 *   deno run --allow-read --allow-write scripts/proofs/readme.ts out/small
 *   deno run --allow-read scripts/proofs/readme.ts out/small --print          only prints it
 */
import { writeWhole } from "../../lib/io/files.ts";
import {
  best,
  type Group,
  GROUPS,
  groupSpread,
  leastUpper,
  theoremName,
} from "../../lib/proofs/run/groups.ts";
import {
  byFamily,
  familyTitle,
  kindOf,
  type ModelResult,
  type ProofRow,
  type ProofsRun,
  readProofs,
} from "../../lib/proofs/run/results.ts";
import { type Spread, spread } from "../../lib/numerics/statistics.ts";
import { PAPER } from "../stagewise/paper.ts";
import { publishedAt } from "./lines/bounds.ts";

const BEGIN = "<!-- proofs:begin -->", END = "<!-- proofs:end -->";
const THEOREMS = ["N1", "N1n", "N2", "N3", "N3n", "N4-partition", "N4", "N5"];

type Population = ReturnType<typeof byFamily>[number];
type Cell = (population: Population) => string;

/** Rows of Markdown: accuracy, groups (paper / as published here / sound), theorems with log2 of their FLOPs. */
export function proofsTable(run: ProofsRun): string {
  const populations = byFamily(run).filter(({ models }) => models.length > 0);
  const header = [
    "",
    ...populations.map(({ family, models }) =>
      `${familyTitle(family)}, ${models.length} model${models.length > 1 ? "s" : ""}`
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
    ...theorems(run).map((name) =>
      line(
        name,
        (population) =>
          theoremCell(population, ({ rows }) => rows.find((row) => theoremName(row) === name)),
      )
    ),
    line("upper bound, N4: at most", ({ models }) => number(spread(models.map(leastUpper)))),
  ];
  return [header, header.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const accuracyCell: Cell = ({ family, models }) => {
  const paper = publishedAt(PAPER.proofs.groups["brute-force"], family);
  const ours = number(spread(models.map(({ accuracy }) => accuracy.value)));
  return [paper ? paper.value.toFixed(4) : "–", ours].join(" / ");
};

const groupCell = (group: Group): Cell => ({ family, models }) => {
  const paper = publishedAt(PAPER.proofs.groups[group], family);
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

/** The theorems of the run in the order of the reference, each with every grid that was used. */
function theorems(run: ProofsRun): string[] {
  const names = run.models.flatMap(({ rows }) =>
    rows.filter((row) => THEOREMS.includes(row.strategy)).map(theoremName)
  );
  const rank = (name: string) => THEOREMS.indexOf(name.split(",")[0]);
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b));
}

function number({ mean, sd }: Spread, digits = 4): string {
  return `${mean.toFixed(digits)} ± ${sd.toFixed(digits)}`;
}

if (import.meta.main) {
  const [folder, print, ...others] = Deno.args;
  if (folder === undefined || (print ?? "--print") !== "--print" || others.length > 0) {
    throw new RangeError(
      `Cannot fill README: expected a run's folder, and --print or nothing, but found ` +
        `"${Deno.args.join(" ")}": give for example out/small`,
    );
  }
  const table = proofsTable(await readProofs(folder));
  if (print) console.log(table);
  else {
    const readme = await Deno.readTextFile("README.md");
    const [before, after] = [readme.split(BEGIN)[0], readme.split(END)[1]];
    if (after === undefined) {
      throw new Error(
        `Cannot fill README: expected the marks ${BEGIN} and ${END} but found no place between them: ` +
          `put them where the table belongs`,
      );
    }
    await writeWhole("README.md", `${before}${BEGIN}\n${table}\n${END}${after}`);
  }
}
