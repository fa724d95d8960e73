/** Which systems left results in a run's folder. @module */
import { join } from "node:path";
import { exists } from "../lib/io/files.ts";
import type { System } from "./system.ts";
import { SYSTEMS } from "./systems.ts";

/** What is there and cannot be read is told by whoever reads it. */
export async function hasResults({ writes: [marker] }: System, folder: string): Promise<boolean> {
  return await exists(join(folder, marker));
}

/** The systems that left results in a run's folder, in the order of the report. */
export async function systemsIn(folder: string): Promise<System[]> {
  const found = [];
  for (const system of SYSTEMS) if (await hasResults(system, folder)) found.push(system);
  return found;
}

/** What is wrong where none of the systems left results. */
export function noResults(
  action: string,
  folders: readonly string[],
  systems: readonly System[] = SYSTEMS,
): Error {
  const markers = systems.map(({ writes: [marker] }) => marker).join(" or ");
  return new Error(
    `Cannot ${action}: expected a finished run with ${markers} but found none in ` +
      `${folders.join(", ") || "no folder"}: run deno task replicate first, or name another folder`,
  );
}
