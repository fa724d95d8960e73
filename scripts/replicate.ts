/**
 * Replicates the papers' figures: trains, measures, draws, reports.
 *
 *   deno task replicate                                  every system, preset small
 *   deno task replicate stagewise --preset smoke         one system, a few minutes' work in one
 *   deno task replicate --corpus stories.txt --seed 1    your own stories
 *   deno task replicate --preset paper --plan            what the published sizes would cost here, without running
 */
import { join } from "node:path";
import { type PresetName, PRESETS } from "../lib/diff/presets.ts";
import { openGpu } from "../lib/gpu/open.ts";
import { integerOption, numberOption, oneOf, parseCommand, runCommand } from "./command_line.ts";
import { checkCorpus } from "./corpus_option.ts";
import { runSystems } from "./run_systems.ts";
import type { PlanOptions, System } from "./system.ts";
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
  --plan               print operations, bytes, memory and predicted time of each phase; run nothing
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
  const out = options.out ?? "out";
  const folder = join(out, preset);
  const run = { preset, corpus: options.corpus, seed, folder, cacheDir: join(out, "cache") };
  await checkCorpus(systems, run);
  if (options.plan) {
    await printPlan(systems, { ...run, assumed: assumeTflops && assumeTflops * 1e12 });
    return 0;
  }
  const { lines, files, failures } = await runSystems(systems, run);
  for (const line of lines) print(line);
  print(`\n${files.join("\n")}`);
  for (const failure of failures) say(`error: ${failure}`);
  return failures.length > 0 ? 1 : 0;
}

/** Prints what each system would cost on this adapter, whose rates are measured first. */
async function printPlan(systems: readonly System[], options: PlanOptions): Promise<void> {
  using gpu = await openGpu();
  for (const { plan } of systems) for (const line of await plan(gpu, options)) print(line);
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

if (import.meta.main) await runCommand(replicate);
