/**
 * What the commands know of a system and of a figure. A system is one object in a folder of its own
 * and one line in systems.ts; a figure is one object in a file of its own and one line in its
 * system's figures/mod.ts.
 *
 * @module
 */
import type { Shard } from "../lib/io/mod.ts";
import type { PresetName } from "../lib/diff/settings/presets.ts";
import type { SourceOptions } from "../lib/diff/run/sources.ts";
import type { Card } from "../lib/gpu/cards.ts";
import type { Gpu } from "../lib/gpu/gpu.ts";
import type { Spec } from "../lib/plot/theme.ts";
import type { ReportedFigure } from "../lib/report/figure.ts";
import type { Line } from "../lib/report/line.ts";
import type { Block } from "../lib/report/section.ts";
import type { Seconds } from "../lib/gpu/card_time.ts";
import type { Range } from "./command_line.ts";
import type { Task } from "./engine/task.ts";
import type { Timing } from "./plan_timing.ts";
import type { Progress } from "./progress.ts";

/** What stage-wise diffing is told beside the preset. */
export type Choices = Pick<
  SourceOptions,
  "model" | "fineTune" | "targets" | "sites" | "distinct" | "published"
>;

/** Seeds in place of the system's own number of them, and the part of the work to do. */
export type Sweep = { seeds?: number[]; shard?: Shard };

/** What the command line of replicate says. */
export type RunOptions = {
  preset: PresetName;
  /** A file of stories, for the systems that read one. */
  corpus?: string;
  seed: number;
  /** out/<preset>. */
  folder: string;
  cacheDir: string;
  choices: Choices;
  sweep: Sweep;
  /** Of this machine, which the process may use; all where nobody says. */
  cores?: number;
};

/**
 * A plan for this adapter, or for `card`, and for a device of so many operations a second where
 * `assumed` is given.
 */
export type PlanOptions = Pick<RunOptions, "preset" | "corpus" | "choices" | "sweep"> & {
  assumed?: number;
  card?: Card;
};

/** What says which tasks there are: all but where results go. */
export type TaskOptions = Pick<RunOptions, "preset" | "corpus" | "seed" | "choices" | "sweep">;

/** A system's work in tasks, for engines that have several processes or machines. */
export type SystemTasks = {
  /** Each after those that it needs, without the system's name. Reads no more than a plan does. */
  list(options: TaskOptions): Promise<Task[]>;
  /** What one process does for a task: the task, and of what it needs as much as is missing. */
  prepare(name: string, options: RunOptions & { progress: Progress }): Promise<Work>;
  /** Predicted seconds of each task, by its name. */
  seconds(gpu: Gpu, options: TaskOptions & { timing: Timing }): Promise<Map<string, Seconds>>;
};

export type RehearsalOptions = RunOptions & { assumed?: number; progress: Progress };

/** The work of a system, once all that can be checked without a GPU is checked. */
export type Work = (gpu: Gpu) => Promise<unknown>;

/** Folders of a model and of a dictionary of the reader's own. */
export type Own = { model: string; coder: string };

export type OwnOptions = RunOptions & { own: Own; progress: Progress };

/** Lines to print, files to point at, and a sentence for each part that could not be made. */
export type OwnWork = (
  gpu: Gpu,
) => Promise<{ lines: string[]; files: string[]; failures: string[] }>;

/** `Results`: all that its figures, its section and its table are made of, read once. */
export type System<Results = unknown> = {
  /** Its name on the command line, and that of its folder in scripts. */
  id: string;
  /** The heading of its section. */
  title: string;
  /** Files that a run leaves in its folder. Results are there where the first one is. */
  writes: readonly [string, ...string[]];
  /** What it reads from --corpus; nothing for most. */
  corpus?: string;
  /** Whether it takes a model, sites and ways to fine-tune; most do not. */
  choices?: true;
  /** Whether it runs over many seeds, in parts. */
  sweeps?: true;
  /** It takes so long that it runs only where it is named. */
  named?: true;
  /** Reads and checks what can be before the first training of any system, and returns the work. */
  prepare(options: RunOptions & { progress: Progress }): Promise<Work>;
  /** The same work in tasks; with all of them made, `prepare` finds everything. */
  tasks: SystemTasks;
  /** The same on a model and a dictionary of the reader's own, beside its run; nothing for most. */
  prepareOwn?(options: OwnOptions): Promise<OwnWork>;
  /** The results in a run's folder. Throws where they cannot be read. */
  read(folder: string): Promise<Results>;
  /** What a run would cost, as lines of text; rates are measured now. */
  plan(gpu: Gpu, options: PlanOptions): Promise<string[]>;
  /** Every phase for a few steps, and what the whole would take by that; nothing for most. */
  rehearse?(gpu: Gpu, options: RehearsalOptions): Promise<string[]>;
  /** What the results were made from, to stand with each figure's numbers. */
  about(results: Results): About;
  /** In the order of the report. */
  figures: readonly Figure<Results, string>[];
  /** What the report says: words, findings, figures, lines. `drawn` are all its figures. */
  section(results: Results, drawn: readonly ReportedFigure[]): Block[];
  /** Further files for the run's folder, by path: JSON for programs, or a text as it is. */
  files?(results: Results): Record<string, unknown>;
  /** Runs side by side, a column a run, the head first: what deno task compare prints. */
  tableRows(runs: readonly Results[]): string[][];
  /** Its rows in the table of README.md, which has no more than twelve for all systems. */
  headlines: readonly Headline[];
  /** Claims whose verdicts stand below that table as sentences; nothing for most. */
  answers?: readonly string[];
};

/**
 * A row of README's table. `lines`: names of lines of summary.json, shown one after another. `claim`:
 * the finding whose verdict stands beside them. `repeats`: what one run has several of, from its
 * settings: "16 models".
 */
export type Headline = {
  what: string;
  figure: string;
  lines: readonly string[];
  claim: string;
  // deno-lint-ignore no-explicit-any -- each system knows its own settings
  repeats?: (settings: any) => string;
};

/** `settings` stand in summary.json alone. */
export type About =
  & { preset: string; seed: number; adapter: string; settings: unknown }
  & Record<
    string,
    unknown
  >;

/** A number that the command line may set: `--name N`; `whole`: without decimals. */
export type FigureOption = { help: string; default: number; range: Range; whole?: true };

/** `Names`: the names of its options. */
export type Figure<Results, Names extends string = never> = {
  /** The system's id, a hyphen, and its own name: that of its files. */
  id: string;
  title: string;
  /** Stands below it in the report: a sentence. */
  caption: string;
  /** The file of its system's folder `figures` that draws it, where that is not named as it is. */
  file?: string;
  /** The heading of its lines in the report, for numbers that are made while it is drawn. */
  numbers?: string;
  options?: Record<Names, FigureOption>;
  /** Pure: nothing is read or written, so that the same results draw the same bytes. */
  draw(results: Results, options: Record<Names, number>): Drawn;
};

/** A figure's picture, or several; and its numbers beside the paper's. */
export type Drawn = { spec: Spec | Drawing[]; lines: Line[] };

/**
 * One picture of several. `suffix` goes to the end of its id, `about` to that of its caption; a
 * `caption` of its own, a sentence, stands in place of the figure's.
 */
export type Drawing = { suffix?: string; about?: string; caption?: string; spec: Spec };
