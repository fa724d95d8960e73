/** Which systems left results in a run's folder. @module */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
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

/** What is wrong where none of the systems left results; names runs that lie in or beside a folder. */
export function noResults(
  action: string,
  folders: readonly string[],
  systems: readonly System[] = SYSTEMS,
): Error {
  const markers = systems.map(({ writes: [marker] }) => marker);
  const others = new Set(
    folders.flatMap((folder) => [...runsIn(folder, markers), ...runsIn(dirname(folder), markers)]),
  );
  const todo = others.size > 0
    ? `name ${[...others].slice(0, 3).join(" or ")}, or run deno task replicate first`
    : "run deno task replicate first, or name another folder";
  return new Error(
    `Cannot ${action}: expected a finished run with ${markers.join(" or ")} but found none in ` +
      `${folders.join(", ")}: ${todo}`,
  );
}

/** Folders in a folder that have one of the files. */
function runsIn(folder: string, markers: readonly string[]): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder).sort().map((name) => join(folder, name))
    .filter((run) => markers.some((marker) => existsSync(join(run, marker))));
}
