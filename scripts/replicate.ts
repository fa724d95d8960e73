/**
 * Replicates the papers' figures: trains, measures, draws, reports.
 *
 *   deno task replicate                                  every system, preset small
 *   deno task replicate stagewise --preset smoke         one system, a few minutes' work in one
 *   deno task replicate --corpus stories.txt --seed 1    your own stories
 *   deno task replicate --preset paper --plan            what the published sizes would cost here, without running
 */
import { isAbsolute, join, relative } from "node:path";
import { openGpu } from "../lib/gpu/open.ts";
import { type PresetName, PRESETS } from "../lib/diff/presets.ts";
import { checkWritable, guardDisk } from "../lib/io/files.ts";
import { integerOption, numberOption, oneOf, parseCommand, runCommand } from "./command_line.ts";
import { printPlan } from "./plan.ts";
import { createProgress } from "./progress.ts";
import { writeReport } from "./report.ts";
import { SYSTEMS } from "./systems.ts";
import { print, say } from "./terminal.ts";

const HELP = `Replicates the papers: trains models, measures, draws every figure, writes a report.

  deno task replicate [system...] [options]

Systems: ${Object.keys(SYSTEMS).join(", ")} (all where none is named)

  --preset NAME        smoke (about two minutes), small (some twenty minutes; default) or paper
  --corpus FILE        stories: UTF-8 text with <|endoftext|> between records, .jsonl with {"text": ...} a line,
                       or .bin of uint16 GPT-2 ids; without it an embedded grammar writes them
  --seed N             another seed for everything (default 0)
  --out DIR            where results go (default out): DIR/PRESET/report.html, figures, models
  --plan               print operations, bytes, memory and predicted time of each stage; run nothing
  --assume-tflops X    with --plan: predict stage-wise diffing for a device of X TFLOP/s too
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
  const names = options._.length > 0 ? options._ : Object.keys(SYSTEMS);
  const systems = [...new Set(names as string[])]
    .map((name) => oneOf("system", name, Object.keys(SYSTEMS)));
  const seed = integerOption("--seed", options.seed ?? "0", { most: MOST_SEED });
  const assumeTflops = assumedOption(options);
  if (options.corpus !== undefined && !systems.includes("stagewise")) {
    throw new RangeError(
      `Cannot run: expected --corpus with stagewise, which reads stories, but found ` +
        `${systems.join(", ")} alone: leave --corpus out, or name stagewise too`,
    );
  }
  const out = options.out ?? "out";
  const folder = join(out, preset);
  const run = { preset, corpus: options.corpus, seed, folder, cacheDir: join(out, "cache") };
  if (options.plan) {
    await printPlan(systems, { ...run, assumeTflops });
    return 0;
  }
  await checkCorpus(run);
  const progress = createProgress();
  const work = [];
  for (const name of systems) work.push(await SYSTEMS[name].prepare({ ...run, progress }));
  await guardDisk(folder, () => Deno.mkdir(run.cacheDir, { recursive: true }));
  using gpu = await openGpu();
  say(`adapter: ${gpu.key}`);
  const writes = [
    "report.html",
    "figures/numbers.json",
    ...systems.flatMap((name) => SYSTEMS[name].writes),
  ];
  for (const path of writes) await checkWritable(join(folder, path));
  await checkWritable(join(run.cacheDir, "result"));
  for (const start of work) {
    await start(gpu);
    progress.finish();
  }
  const { lines, files, failures } = await writeReport(folder);
  for (const line of lines) print(line);
  print(`\n${files.join("\n")}`);
  for (const failure of failures) say(`error: ${failure}`);
  return failures.length > 0 ? 1 : 0;
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
