/** What a stage-wise run is given, and what is said of its trainings. @module */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Corpus } from "../../data/corpus.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import type { CacheOptions } from "../../io/cached.ts";
import type { OnLog } from "../../tensor/run_training.ts";
import type { LoggedStep } from "../../tensor/training.ts";
import type { GivenModel } from "./given.ts";
import type { StagewiseSettings } from "../settings/presets.ts";

/** What a run needs; `onPhase` and `onLog` follow it, `onDamaged` hears what is made again. */
export type StagewiseTask = CacheOptions & {
  corpus: Corpus;
  settings: StagewiseSettings;
  /** The base of the run, beside `settings.given`. */
  model?: Pick<GivenModel, "folder" | "hash" | "from">;
  seed: number;
  cacheDir: string;
  onPhase?: (name: string, steps: number) => void;
  onLog?: (name: string, steps: LoggedStep[], again?: boolean) => void;
  /**
   * A training is written down at most this often, so that a killed run goes on in its midst; 30 by
   * default.
   */
  checkpointSeconds?: number;
  /** Steps of a training between two calls of `onLog`, 512 at most; by default 0.15 s. */
  every?: number;
  /** Stops what trains: it keeps its state, and what is finished stays in the cache. */
  signal?: AbortSignal;
};

/** Changed whenever the same inputs would give other bytes. */
export const FORMAT = 5;

/** What every stage depends on. */
export function common(gpu: Gpu, { corpus, seed }: StagewiseTask) {
  return { format: FORMAT, adapter: gpu.key, corpus: corpus.hash, seed };
}

/** The last part of a folder's path: it stands for the folder's inputs. */
export function idOf(folder: string): string {
  return folder.split(/[\\/]/).at(-1)!;
}

/** The same of several: they do not depend on where the cache lies. */
export function idsOf(folders: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(folders).map(([name, folder]) => [name, idOf(folder)]),
  );
}

/** Announces a stage, passes its steps on and leaves them in log.jsonl, one line a step. */
export async function logged<T>(
  name: string,
  folder: string,
  { run, steps }: { run: StagewiseTask; steps: number },
  train: (onLog: OnLog) => Promise<T>,
): Promise<T> {
  run.onPhase?.(name, steps);
  const lines: string[] = [];
  const result = await train((rows, again) => {
    for (const row of rows) lines.push(JSON.stringify({ stage: name, ...row }) + "\n");
    run.onLog?.(name, rows, again);
  });
  await writeFile(join(folder, "log.jsonl"), lines.join(""));
  return result;
}
