/**
 * Choices between kernels that compute the same: measured once on an adapter, remembered by its
 * key, in memory and, where a folder is named, in a file. A choice never changes a result, only its
 * speed.
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { exists, readJson, writeJson } from "../io/files.ts";
import { anything, expectForm, type Form, having, text, whole } from "../io/form.ts";
import type { Gpu } from "./gpu.ts";
import { secondsOf } from "./rates.ts";

/** Raise it when kernels change so much that old choices mislead. */
const VERSION = 2;

/** Which candidate was the fastest, by the name of what had to be chosen. */
export type Choices = Record<string, string>;

const remembered = new WeakMap<Gpu, Choices>();

/** What has been chosen on this device so far. */
export function choicesOf(gpu: Gpu): Readonly<Choices> {
  return remembered.get(gpu) ?? {};
}

/** Turns that candidates take: where others compute too, one look chooses by chance. */
const TURNS = { cpu: 4, gpu: 2 };

/** Seconds of a turn on a GPU: its clock has to rise, and a wait costs ten milliseconds. */
const LONG = 0.2;

/**
 * Runs the candidates in turn and remembers under `name` the first of them, or another that was
 * faster in each of its turns than the first in any: what is within the noise changes nothing. A
 * single candidate is not run.
 */
export async function chooseFastest(
  gpu: Gpu,
  name: string,
  candidates: Record<string, () => void>,
): Promise<string> {
  const names = Object.keys(candidates);
  const turns = names.length > 1 ? TURNS[gpu.isCpu ? "cpu" : "gpu"] : 0;
  const times = names.map(() => [] as number[]);
  for (let turn = 0; turn < turns; turn++) {
    for (const [i, candidate] of names.entries()) {
      times[i].push(
        await secondsOf(gpu, candidates[candidate], { times: 1, long: gpu.isCpu ? 0 : LONG }),
      );
    }
  }
  const best = names[fastest(times)];
  remembered.set(gpu, { ...choicesOf(gpu), [name]: best });
  return best;
}

/** Which of several lists of seconds is surely the least; the first where none is. */
export function fastest(times: number[][]): number {
  const slowest = times.map((list) => Math.max(...list));
  let best = 0;
  for (let i = 1; i < times.length; i++) {
    if (slowest[i] < Math.min(...times[0]) && (best === 0 || slowest[i] < slowest[best])) best = i;
  }
  return best;
}

/**
 * Takes over the choices that a file in `folder` holds for this adapter, where they have the
 * `form`; false where there are none. A file that holds anything else is told to `onDamaged`: it
 * has to be measured again and written anew.
 */
export async function loadChoices(
  gpu: Gpu,
  folder: string,
  { form, onDamaged }: { form: Form<Choices>; onDamaged: (text: string) => void },
): Promise<boolean> {
  const path = pathOf(gpu, folder);
  if (!(await exists(path))) return false;
  try {
    const stored = expectForm(`use ${path}`, await readJson(path), STORED);
    if (stored.version !== VERSION) return false;
    if (stored.key !== gpu.key) throw new Error("another adapter's");
    remembered.set(gpu, expectForm(`use ${path}`, stored.choices, form));
    return true;
  } catch {
    onDamaged(
      `Cannot use ${path}: expected the kernels that were chosen for this adapter but found ` +
        "something else: they are measured again and the file is written anew",
    );
    return false;
  }
}

const STORED = having({ version: whole(), key: text, choices: anything });

/** Writes the choices of this adapter into `folder`. */
export async function saveChoices(gpu: Gpu, folder: string): Promise<void> {
  await writeJson(pathOf(gpu, folder), {
    version: VERSION,
    key: gpu.key,
    choices: choicesOf(gpu),
  });
}

function pathOf(gpu: Gpu, folder: string): string {
  const hash = createHash("sha256").update(gpu.key).digest("hex").slice(0, 16);
  return join(folder, `tuning-${hash}.json`);
}
