/** What a run on feature interactions leaves: interactions/results.json. @module */
import { join } from "node:path";
import { readJson } from "../../io/files.ts";
import { anything, expectForm, having, list, number, text } from "../../io/form.ts";
import { expectPath } from "../../io/regular_files.ts";
import { escaped } from "../../io/show.ts";
import type { Phase } from "./phase.ts";
import { PHASES } from "./phases/mod.ts";
import type { InteractionsSettings } from "./settings.ts";

/** What a phase results in. */
export type ResultOf<P> = P extends Phase<infer R> ? R : never;

/** The result of every phase by its name. */
export type PhaseResults = { [Name in keyof typeof PHASES]: ResultOf<(typeof PHASES)[Name]> };

/** Of a run with everything. `notes`: sentences on what the corpus has less of than was asked for. */
export type InteractionsResults = PhaseResults & {
  preset: string;
  seed: number;
  adapter: string;
  corpus: string;
  settings: InteractionsSettings;
  notes: string[];
};

const RESULTS = having({
  preset: text,
  seed: number(),
  adapter: text,
  corpus: text,
  settings: anything,
  notes: list(text),
  ...Object.fromEntries(Object.entries(PHASES).map(([name, { form }]) => [name, form])),
});

/** Reads interactions/results.json of a run's folder. Throws where it is missing or not whole. */
export async function readInteractions(folder: string): Promise<InteractionsResults> {
  expectPath("read interactions", folder, "the folder of a preset, out/small");
  const path = join(folder, "interactions", "results.json");
  const todo = "run replicate interactions again";
  const found = expectForm(`read ${escaped(path)}`, await readJson(path), RESULTS, todo);
  return found as unknown as InteractionsResults;
}
