/**
 * A phase of a run: one question, one result on disk. Its folder holds result.json and whatever
 * arrays it writes; it is found again as long as nothing that it was made from has changed.
 * @module
 */
import { join } from "node:path";
import { cached } from "../../io/cached.ts";
import { readJson, writeJson } from "../../io/files.ts";
import { expectForm, type Form } from "../../io/form.ts";
import { escaped } from "../../io/show.ts";
import type { CoderName, ModelName } from "./names.ts";
import type { InteractionsSettings } from "./settings.ts";
import type { Sources } from "./sources.ts";
import { common, idOf, type InteractionsTask } from "./task.ts";

/** A dictionary that a phase works on: all its seeds, or the first one where only a name stands. */
export type CoderNeed = CoderName | { coder: CoderName; seeds: "all" };

/** What a finished phase left. */
export type Finished<Result = unknown> = { result: Result; folder: string };

/** What a phase is given. `of`: an earlier phase that it `needs`; `step` tells how far it is. */
export type PhaseWork = {
  sources: Sources;
  settings: InteractionsSettings;
  /** Where arrays may be written. */
  folder: string;
  of<R>(phase: Phase<R>): Promise<Finished<R>>;
  step(done: number, total: number): void;
};

/**
 * `settings`: the part of the settings that it depends on. `format` is changed whenever the same
 * inputs would give another result.
 */
export type Phase<Result = unknown> = {
  name: string;
  /** What it asks, in a few words, for the progress. */
  title: string;
  format: number;
  // deno-lint-ignore no-explicit-any
  needs: readonly Phase<any>[];
  models: readonly ModelName[];
  coders: readonly CoderNeed[];
  settings(settings: InteractionsSettings): unknown;
  form: Form<Result>;
  make(work: PhaseWork): Promise<Result>;
};

/** Finds or makes results of phases, each with what it needs before it. */
export function phaseRunner(
  task: InteractionsTask,
  sources: Sources,
): <R>(phase: Phase<R>) => Promise<Finished<R>> {
  const done = new Map<string, Promise<Finished>>();
  const run = <R>(phase: Phase<R>): Promise<Finished<R>> => {
    const found = done.get(phase.name) ?? make(phase);
    done.set(phase.name, found);
    return found as Promise<Finished<R>>;
  };
  const stepOf = ({ title }: Phase) => (done: number, total: number) =>
    task.onPhase?.(`interactions: ${title}, ${done} of ${total}`, 0);
  const make = async (phase: Phase): Promise<Finished> => {
    const { name, needs, settings, form, format } = phase, { cacheDir, onDamaged } = task;
    const before = [];
    for (const need of needs) before.push(idOf((await run(need)).folder));
    const inputs = {
      ...common(sources.gpu, task),
      phase: format,
      needs: before,
      models: await inTurn(
        phase.models.filter((name) => sources.models.includes(name)),
        async (name) => idOf(await sources.modelFolder(name)),
      ),
      coders: (await inTurn(phase.coders, (need) => folders(need, sources))).flat().map(idOf),
      settings: settings(task.settings),
      text: [
        task.settings.dictionary.poolSequences,
        task.stagewise.records,
        task.stagewise.heldOut,
      ],
    };
    const folder = await cached(
      cacheDir,
      { kind: `interactions-${name}`, inputs },
      async (folder) => {
        task.onPhase?.(`interactions: ${phase.title}`, 0);
        const work = { sources, settings: task.settings, folder, of: run, step: stepOf(phase) };
        await writeJson(join(folder, "result.json"), await phase.make(work));
      },
      { onDamaged },
    );
    const path = join(folder, "result.json");
    const found = await readJson(path);
    return {
      result: expectForm(`read ${escaped(path)}`, found, form, "delete the folder"),
      folder,
    };
  };
  return run;
}

async function folders(
  need: CoderNeed,
  { coderFolder, coders, settings }: Sources,
): Promise<string[]> {
  const name = typeof need === "string" ? need : need.coder;
  if (!coders.includes(name)) return [];
  if (typeof need === "string") return [await coderFolder(need)];
  const numbers = Array.from({ length: settings.seeds }, (_, number) => number);
  return await inTurn(numbers, (number) => coderFolder(need.coder, number));
}

/** One after the other: the GPU serves one training at a time. */
async function inTurn<T, R>(items: readonly T[], make: (item: T) => Promise<R>): Promise<R[]> {
  const made = [];
  for (const item of items) made.push(await make(item));
  return made;
}
