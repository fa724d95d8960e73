/**
 * Replicates the papers' figures: trains, measures, draws, reports.
 *
 *   deno task replicate                                  every system, preset small
 *   deno task replicate stagewise --preset smoke         one system, a few minutes' work in one
 *   deno task replicate --corpus stories.txt --seed 1    your own stories
 *   deno task replicate --preset paper --plan            what the published sizes would cost here, without running
 */
import { isAbsolute, join, relative } from "node:path";
import { type PresetName, PRESETS } from "../lib/diff/presets.ts";
import { openGpu } from "../lib/gpu/open.ts";
import { checkWritable, guardDisk } from "../lib/io/files.ts";
import { cleanLeftovers } from "../lib/io/cached.ts";
import { integerOption, numberOption, oneOf, parseCommand, runCommand } from "./command_line.ts";
import { createProgress } from "./progress.ts";
import { makePart, type Part, writeReport } from "./report.ts";
import { systemsIn } from "./stored_results.ts";
import type { PlanOptions, RunOptions, System, Work } from "./system.ts";
import { SYSTEMS } from "./systems.ts";
import { print, say } from "./terminal.ts";

const IDS = SYSTEMS.map(({ id }) => id);

export const HELP =
  `Replicates the papers: trains models, measures, draws every figure, writes a report.

  deno task replicate [system...] [options]

Systems (all where none is named): ${SYSTEMS.map(({ id, title }) => `${id} (${title})`).join(", ")}

  --preset NAME        smoke (about two minutes), small (some twenty minutes; default) or paper
  --corpus FILE        stories: UTF-8 text with <|endoftext|> between records, .jsonl with {"text": ...} a line,
                       or .bin of uint16 GPT-2 ids; without it an embedded grammar writes them
  --seed N             another seed for everything (default 0)
  --out DIR            where results go (default out): DIR/PRESET/report.html, figures, models
  --plan               print operations, bytes, memory and predicted time of each stage; run nothing
  --assume-tflops X    with --plan: predict for a device of X TFLOP/s too, where operations are counted
  --help               this text

Examples
  deno task replicate --preset smoke
  deno task replicate stagewise --corpus stories.txt --seed 2 --out out/stories-2
  deno task replicate --preset paper --plan --assume-tflops 40
`;

/** Streams of chance take any integer; seeds of single models are numbered within it. */
const MOST_SEED = 2 ** 32 - 1;

/** Runs the command; returns the exit code. */
export async function replicate(args: string[]): Promise<number> {
  const options = parseCommand(args, {
    help: HELP,
    strings: ["preset", "corpus", "seed", "out", "assume-tflops"],
    booleans: ["plan"],
  });
  if (options === "help") return 0;
  const preset = oneOf<PresetName>("--preset", options.preset ?? "small", PRESETS);
  const names: string[] = options._.length > 0 ? options._ : IDS;
  const systems = [...new Set(names.map((name) => oneOf("system", name, IDS)))]
    .map((id) => SYSTEMS.find((system) => system.id === id)!);
  const seed = integerOption("--seed", options.seed ?? "0", { most: MOST_SEED });
  const assumeTflops = assumedOption(options);
  if (options.corpus !== undefined) expectReader(systems);
  const out = options.out ?? "out";
  const folder = join(out, preset);
  const run = { preset, corpus: options.corpus, seed, folder, cacheDir: join(out, "cache") };
  if (options.plan) {
    await printPlan(systems, { ...run, assumed: assumeTflops && assumeTflops * 1e12 });
    return 0;
  }
  await checkCorpus(run);
  return await runSystems(systems, run);
}

/** Prints what each system would cost on this adapter, whose rates are measured first. */
async function printPlan(systems: readonly System[], options: PlanOptions): Promise<void> {
  using gpu = await openGpu();
  for (const { plan } of systems) for (const line of await plan(gpu, options)) print(line);
}

/** Runs one system after the other; the report is written after each, and once more with all that the folder holds. */
async function runSystems(systems: readonly System[], run: RunOptions): Promise<number> {
  const { folder, cacheDir } = run;
  const progress = createProgress();
  const tasks: { system: System; work: Work }[] = [];
  for (const system of systems) {
    tasks.push({ system, work: await system.prepare({ ...run, progress }) });
  }
  await guardDisk(folder, () => Deno.mkdir(cacheDir, { recursive: true }));
  await cleanLeftovers(cacheDir);
  using gpu = await openGpu();
  say(`adapter: ${gpu.key}`);
  const writes = [
    "report.html",
    "figures/numbers.json",
    ...systems.flatMap(({ writes }) => writes),
  ];
  for (const path of writes) await checkWritable(join(folder, path));
  await checkWritable(join(cacheDir, "result"));
  const parts: Part[] = [];
  for (const [i, { system, work }] of tasks.entries()) {
    await work(gpu);
    progress.finish();
    parts.push(await makePart(system, folder));
    await writeReport(folder, { parts, waiting: systems.slice(i + 1).map(({ title }) => title) });
  }
  const others = (await systemsIn(folder)).filter((system) => !systems.includes(system));
  for (const system of others) parts.push(await makePart(system, folder));
  const { lines, files, failures } = await writeReport(folder, { parts });
  for (const line of lines) print(line);
  print(`\n${files.join("\n")}`);
  for (const failure of failures) say(`error: ${failure}`);
  return failures.length > 0 ? 1 : 0;
}

function expectReader(systems: readonly System[]): void {
  if (systems.some(({ corpus }) => corpus !== undefined)) return;
  const readers = SYSTEMS.filter(({ corpus }) => corpus !== undefined);
  const named = readers.map(({ id, corpus }) => `${id}, which reads ${corpus},`).join(" or ");
  throw new RangeError(
    `Cannot run: expected --corpus with ${named} but found ` +
      `${systems.map(({ id }) => id).join(", ")} alone: leave --corpus out, or name ` +
      `${readers.map(({ id }) => id).join(" or ")} too`,
  );
}

function assumedOption(options: Record<string, string | undefined>): number | undefined {
  const name = "assume-tflops", value = options[name];
  if (value === undefined) return undefined;
  if (!options.plan) {
    throw new RangeError(
      `Cannot run: expected --plan with --${name} but found none: nothing is assumed about a real run, leave it out`,
    );
  }
  return numberOption(`--${name}`, value, { above: 0, most: 1e9, example: 40 });
}

/** Stories in the folders that a run writes could be replaced by its results, or go with its cache. */
async function checkCorpus(
  { corpus, folder, cacheDir }: { corpus?: string; folder: string; cacheDir: string },
): Promise<void> {
  if (corpus === undefined) return;
  const real = (path: string) => Deno.realPath(path).catch(() => undefined);
  const file = await real(corpus);
  for (const written of await Promise.all([folder, cacheDir].map(real))) {
    if (file === undefined || written === undefined || !isIn(written, file)) continue;
    throw new RangeError(
      `Cannot run: expected --corpus outside the folders that results are written to but found it ` +
        `in ${written}: move the stories, or name another folder with --out`,
    );
  }
}

function isIn(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return !isAbsolute(path) && path.split(/[\\/]/)[0] !== "..";
}

if (import.meta.main) await runCommand(replicate);
