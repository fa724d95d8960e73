/** How a figure was made, for the report: what draws it again, and from which results. @module */
import { createHash } from "node:crypto";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Made } from "../lib/report/section.ts";
import type { Figure, System } from "./system.ts";

/** The results of a system in a run's folder: the first file, when they were written, their hash. */
export async function resultsOf(
  { writes: [first], files }: Pick<System, "writes" | "files">,
  { folder, results }: { folder: string; results: unknown },
): Promise<Made["results"]> {
  const place = dirname(first), made = Object.keys(files?.(results) ?? {});
  const names = (await Array.fromAsync(Deno.readDir(join(folder, place)), ({ name }) => name))
    .filter((name) => name.endsWith(".json") && !made.includes(join(place, name))).sort();
  const hash = createHash("sha256");
  let latest = 0;
  for (const name of names) {
    const path = join(folder, place, name);
    latest = Math.max(latest, Number((await Deno.stat(path)).mtime));
    const bytes = await Deno.readFile(path);
    hash.update(`${name} ${bytes.length}\n`).update(bytes);
  }
  const time = `${new Date(latest).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return { file: first, time, hash: hash.digest("hex") };
}

/** The command that draws a figure of a run again, with the options that it was drawn with. */
export function commandOf(
  id: string,
  { folder, options }: { folder: string; options: Record<string, number> },
): string {
  const inside = relative(Deno.cwd(), folder);
  const run = inside === "" || inside.startsWith("..") ? folder : inside;
  const given = Object.entries(options).map(([name, value]) => ` --${name} ${value}`).join("");
  return `deno task figures --only ${id} --run ${run}${given}`;
}

/** The file of the checkout that draws a figure, with a link from the run's folder where both are on one disk. */
export function scriptOf(
  { id, file }: Pick<Figure<never>, "id" | "file">,
  folder: string,
): Made["script"] {
  const [system, ...own] = id.split("-");
  const name = `scripts/${system}/figures/${file ?? `${own.join("_")}.ts`}`;
  const here = new URL("../", import.meta.url);
  if (here.protocol !== "file:") return { name };
  const checkout = fileURLToPath(here);
  if (relative(checkout, folder).startsWith("..")) return { name };
  return { name, href: relative(folder, join(checkout, name)) };
}
