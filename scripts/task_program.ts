/** What a task of deno.json starts, for scripts that start it otherwise. @module */
import { fromFileUrl } from "@std/path";
import { readJson } from "../lib/io/files.ts";

/**
 * Holds what deno.lock holds, Dawn, and the packages of the bench's peers. Who adds a package notes it here too, by
 * `deno cache --lock=scripts/more.lock lib tests`.
 */
export const MORE_LOCK = "scripts/more.lock";

/** The tasks of the checkout, by name. */
export async function taskNames(): Promise<string[]> {
  return Object.keys((await readJson(pathOf("deno.json"))).tasks);
}

/** What a task hands to Deno, the last that it starts; the variables before it are not among these. */
export async function taskArguments(name: string): Promise<string[]> {
  const { tasks } = await readJson(pathOf("deno.json"));
  const [, words] = /.*\bdeno (.*)/.exec(tasks[name].command)!;
  return words.split(" ").map((word) =>
    word.replace(/^(--lock=)?(scripts\/.*)/, (_, flag = "", path) => flag + pathOf(path))
  );
}

/** A path of the checkout, from wherever this is called. */
export function pathOf(path: string): string {
  return fromFileUrl(new URL(path, CHECKOUT));
}

const CHECKOUT = new URL("../", import.meta.url);
