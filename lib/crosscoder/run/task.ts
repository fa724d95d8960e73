/** What a comparison of crosscoders is given, and what all of its parts need of it. @module */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, type CacheOptions } from "../../io/cached.ts";
import type { Checkpoint } from "../../io/checkpoint.ts";
import { anything, callback, exactly, expectForm, integer, maybe, text } from "../../io/form.ts";
import type { OnLog } from "../../tensor/run_training.ts";
import type { LoggedStep } from "../../tensor/training.ts";
import type { CrosscodersSettings } from "./presets.ts";
import { checkSettings } from "./settings_form.ts";

/**
 * `onPhase` and `onLog` follow a run, `onDamaged` hears what is made again. Results go to
 * <folder>/crosscoders.
 */
export type CrosscodersTask = CacheOptions & {
  settings: CrosscodersSettings;
  preset: string;
  seed: number;
  folder: string;
  cacheDir: string;
  onPhase?: (name: string, steps: number) => void;
  onLog?: (name: string, steps: LoggedStep[], again?: boolean) => void;
};

const TASK = exactly({
  settings: anything,
  preset: text,
  seed: integer,
  folder: text,
  cacheDir: text,
  onPhase: maybe(callback),
  onLog: maybe(callback),
  onDamaged: maybe(callback),
});

/** Throws where a run cannot be made as asked for. */
export function checkTask(task: CrosscodersTask): void {
  expectForm("compare crosscoders", task, TASK);
  checkSettings("compare crosscoders", task.settings);
}

/** Changed whenever the same inputs would give other bytes. */
const FORMAT = 2;

/**
 * A training that is found again where it was done before: announced, logged and kept under its
 * name. `of`: what tells it from others of that name, for whoever watches.
 */
export async function trained(
  { cacheDir, onDamaged, onPhase, onLog }: CrosscodersTask,
  { name, of, steps, inputs }: {
    name: string;
    of?: string;
    steps: number;
    inputs: Record<string, unknown>;
  },
  train: (folder: string, options: { onLog: OnLog; checkpoint: Checkpoint }) => Promise<void>,
): Promise<string> {
  const made = { kind: name, inputs: { format: FORMAT, ...inputs } };
  return await cached(cacheDir, made, async (folder, checkpoint) => {
    onPhase?.(of === undefined ? name : `${name}, ${of}`, steps);
    const lines: string[] = [];
    await train(folder, {
      checkpoint,
      onLog: (rows, again) => {
        for (const row of rows) lines.push(JSON.stringify({ run: name, ...row }) + "\n");
        onLog?.(name, rows, again);
      },
    });
    await writeFile(join(folder, "log.jsonl"), lines.join(""));
  }, { onDamaged });
}

/** The last part of a folder's path: it stands for the folder's inputs. */
export function idOf(folder: string): string {
  return folder.split(/[\\/]/).at(-1)!;
}
