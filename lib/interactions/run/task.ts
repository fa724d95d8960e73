/** What a run on feature interactions is given, and what is said of its trainings. @module */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Corpus } from "../../data/corpus.ts";
import type { StagewiseSettings } from "../../diff/settings/presets.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import type { CacheOptions } from "../../io/cached.ts";
import type { OnLog } from "../../tensor/run_training.ts";
import type { LoggedStep } from "../../tensor/training.ts";
import type { InteractionsSettings } from "./settings.ts";

/**
 * `onPhase` and `onLog` follow a run, `onDamaged` hears what is made again. `own`: folders of a model
 * and of a dictionary to look at in place of ft1 and its dictionary of MLP inputs, and a hash of what is
 * in them.
 */
export type InteractionsTask = CacheOptions & {
  corpus: Corpus;
  settings: InteractionsSettings;
  stagewise: StagewiseSettings;
  preset: string;
  seed: number;
  /** out/<preset>: results go to its folder `interactions`. */
  folder: string;
  cacheDir: string;
  own?: { model: string; coder: string; hash: string };
  onPhase?: (name: string, steps: number) => void;
  onLog?: (name: string, steps: LoggedStep[], again?: boolean) => void;
};

/** Changed whenever the same inputs would give other bytes. */
const FORMAT = 1;

/** What every result depends on. */
export function common(gpu: Gpu, { corpus, seed, own }: InteractionsTask) {
  const made = { format: FORMAT, adapter: gpu.key, corpus: corpus.hash, seed };
  return own ? { ...made, own: own.hash } : made;
}

/** The last part of a folder's path: it stands for the folder's inputs. */
export function idOf(folder: string): string {
  return folder.split(/[\\/]/).at(-1)!;
}

/** Announces a training, passes its steps on and leaves them in log.jsonl, one line a step. */
export async function logged<T>(
  { name, steps, folder }: { name: string; steps: number; folder: string },
  { onPhase, onLog }: Pick<InteractionsTask, "onPhase" | "onLog">,
  train: (onLog: OnLog) => Promise<T>,
): Promise<T> {
  onPhase?.(name, steps);
  const lines: string[] = [];
  const result = await train((rows, again) => {
    for (const row of rows) lines.push(JSON.stringify({ run: name, ...row }) + "\n");
    onLog?.(name, rows, again);
  });
  await writeFile(join(folder, "log.jsonl"), lines.join(""));
  return result;
}
