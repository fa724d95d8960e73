/**
 * The systems that replicate runs, in the order of the report. A new system is one more line here.
 *
 * @module
 */
import { oneOf } from "./command_line.ts";
import { crosscoders } from "./crosscoders/system.ts";
import { diffoff } from "./diffoff/system.ts";
import { interactions } from "./interactions/system.ts";
import { proofs } from "./proofs/system.ts";
import { stagewise } from "./stagewise/system.ts";
import type { System } from "./system.ts";

export const SYSTEMS: readonly System[] = [stagewise, diffoff, crosscoders, interactions, proofs];

/**
 * The order of a run of all: the quickest, which stands last in the report, comes first, so that a
 * first report is there early.
 */
export const WORK_ORDER: readonly System[] = SYSTEMS.filter(({ named }) => !named).reverse();

export const SYSTEM_IDS: readonly string[] = SYSTEMS.map(({ id }) => id);

/**
 * Systems by their names on the command line, in the order given; where none is named, all that run
 * unnamed.
 */
export function systemsNamed(names: readonly string[]): readonly System[] {
  if (names.length === 0) return SYSTEMS.filter(({ named }) => !named);
  const chosen = names.map((name) => oneOf("system", name, SYSTEM_IDS));
  return [...new Set(chosen)].map((name) => SYSTEMS.find(({ id }) => id === name)!);
}
