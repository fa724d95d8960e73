/**
 * Where methods leave what they share, such as the first stage's crosscoder: a folder for each name
 * and inputs, made once.
 * @module
 */
import { join } from "node:path";
import { cached, cacheKey, type CacheOptions } from "../../io/cached.ts";
import type { Checkpoint } from "../../io/checkpoint.ts";

/**
 * The folder that `make` filled for this name and these inputs, now or before; `inputs` name all
 * that its bytes depend on.
 */
export type Keep = (
  name: string,
  inputs: unknown,
  make: (folder: string, checkpoint: Checkpoint) => Promise<void>,
) => Promise<string>;

/** Keeps in a folder, from one process to the next; unfinished work goes on where it stopped. */
export function keepIn(cacheDir: string, options: CacheOptions = {}): Keep {
  return (name, inputs, make) =>
    cached(cacheDir, { kind: `method-${name}`, inputs }, make, options);
}

/** Keeps until it is disposed of, in a temporary folder. */
export async function scratchKeep(): Promise<
  { keep: Keep; [Symbol.asyncDispose](): Promise<void> }
> {
  const root = await Deno.makeTempDir();
  const made = new Map<string, Promise<string>>();
  const keep: Keep = (name, inputs, make) => {
    const folder = join(root, `${name}-${cacheKey({ kind: name, inputs })}`);
    const found = made.get(folder) ?? Deno.mkdir(folder).then(() => make(folder, FORGETFUL))
      .then(() => folder);
    made.set(folder, found);
    return found;
  };
  return { keep, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

/** Nothing is gone on with: what is unfinished goes with its folder. */
const FORGETFUL: Checkpoint = {
  read: () => Promise.resolve(undefined),
  write: () => Promise.resolve(),
  refuse: () => {},
};
