/** The main job: systems one after the other, with the report after each. @module */
import { join } from "node:path";
import { openGpu } from "../lib/gpu/open.ts";
import { checkWritable, guardDisk } from "../lib/io/files.ts";
import { cleanLeftovers } from "../lib/io/cached.ts";
import { createProgress } from "./progress.ts";
import { makePart, type Part, type Report, writeReport } from "./report.ts";
import { systemsIn } from "./stored_results.ts";
import type { Own, RehearsalOptions, RunOptions, System, Work } from "./system.ts";
import { SYSTEMS } from "./systems.ts";
import { messageOf, say } from "./terminal.ts";

/**
 * Runs or resumes systems in the order given. All that can be checked is checked before the first
 * training. The report and the figures are there after each system, with all others that left
 * results in the folder before; where a system stops, the report says of it why.
 */
export async function runSystems(systems: readonly System[], run: RunOptions): Promise<Report> {
  const { folder, cacheDir } = run;
  const progress = createProgress();
  const tasks: { system: System; work: Work }[] = [];
  for (const system of systems) {
    tasks.push({ system, work: await system.prepare({ ...run, progress }) });
  }
  await guardDisk(folder, () => Deno.mkdir(cacheDir, { recursive: true }));
  await cleanLeftovers(cacheDir);
  using gpu = await openGpu();
  say(`adapter: ${gpu.key}`);
  const writes = [
    "report.html",
    "figures/numbers.json",
    ...systems.flatMap(({ writes }) => writes),
  ];
  for (const path of writes) await checkWritable(join(folder, path));
  await checkWritable(join(cacheDir, "result"));
  const parts = await otherParts(systems, folder);
  for (const [i, { system, work }] of tasks.entries()) {
    const later = systems.slice(i + 1);
    if (systems.length > 1) say(`${system.title}, ${i + 1} of ${systems.length} systems`);
    try {
      await work(gpu);
    } catch (error) {
      const waiting = [{ ...system, error: messageOf(error) }, ...later];
      if (parts.length > 0) await writeReport(folder, { parts, waiting });
      throw error;
    } finally {
      progress.finish();
    }
    parts.push(await makePart(system, folder));
    if (later.length > 0) await writeReport(folder, { parts, waiting: later });
  }
  return await writeReport(folder, { parts });
}

/** Of the systems that this run leaves alone and that left results before. */
async function otherParts(systems: readonly System[], folder: string): Promise<Part[]> {
  const others = (await systemsIn(folder)).filter((system) => !systems.includes(system));
  const parts: Part[] = [];
  for (const system of others) parts.push(await makePart(system, folder));
  return parts;
}

/** A model and a dictionary of the reader's own, for the one system that takes them. */
export async function runOwn(
  systems: readonly System[],
  { own, ...run }: RunOptions & { own: Own },
): Promise<Report> {
  const [system] = systems;
  if (systems.length !== 1 || system.prepareOwn === undefined) {
    const takers = SYSTEMS.filter(({ prepareOwn }) => prepareOwn !== undefined).map(({ id }) => id);
    throw new RangeError(
      `Cannot run: expected --model and --coder with ${takers.join(" or ")} alone but found ` +
        `${systems.map(({ id }) => id).join(", ")}: name that system`,
    );
  }
  const { folder, cacheDir } = run, progress = createProgress();
  const work = await system.prepareOwn({ ...run, own, progress });
  await guardDisk(folder, () => Deno.mkdir(cacheDir, { recursive: true }));
  await cleanLeftovers(cacheDir);
  using gpu = await openGpu();
  say(`adapter: ${gpu.key}`);
  const made = await work(gpu);
  progress.finish();
  return made;
}

/** The rehearsal of the one system that is named; lines of text. */
export async function rehearseSystem(
  systems: readonly System[],
  options: Omit<RehearsalOptions, "progress">,
): Promise<string[]> {
  const [system] = systems;
  if (systems.length !== 1 || system.rehearse === undefined) {
    const able = SYSTEMS.filter(({ rehearse }) => rehearse !== undefined).map(({ id }) => id);
    throw new RangeError(
      `Cannot rehearse: expected ${able.join(" or ")} alone but found ` +
        `${systems.map(({ id }) => id).join(", ")}: name that system`,
    );
  }
  const { cacheDir } = options;
  await guardDisk(cacheDir, () => Deno.mkdir(cacheDir, { recursive: true }));
  using gpu = await openGpu();
  say(`adapter: ${gpu.key}`);
  return await system.rehearse(gpu, { ...options, progress: createProgress() });
}
