/** `replicate --engine`: the tasks of a run on several processes or machines, and one task alone. @module */
import { fromFileUrl, join, resolve } from "@std/path";
import { openGpu } from "../../lib/gpu/open.ts";
import { tune } from "../../lib/tensor/tune.ts";
import { createProgress } from "../progress.ts";
import type { RunOptions, System } from "../system.ts";
import { REPORT_FILES } from "../report.ts";
import { print, say } from "../terminal.ts";
import type { EngineRun } from "./engine.ts";
import { followTasks } from "./follow.ts";
import { ADAPTER, REPORT, tasksOf } from "./graph.ts";
import { identity } from "./identity.ts";
import { runLocal } from "./local.ts";
import { type EngineOptions, LOCAL_JOBS } from "./options.ts";
import { runSlurm } from "./slurm.ts";
import { expectAdapter, expectState, forget, openState } from "./state.ts";
import { untilStopped } from "./stop.ts";

/** What is said again to the process of each task. */
const SAID = [
  "preset",
  "corpus",
  "model",
  "fine-tune",
  "targets",
  "sites",
  "distinct",
  "seed",
  "seeds",
  "out",
] as const;

/** Those whose files are read: a changed one makes other tasks. */
const READ = ["corpus", "model"] as const;

/** Those that name a file or a folder: processes may start elsewhere. */
const PATHS: readonly string[] = [...READ, "out"];

/** What the command line said. */
export type Said = Partial<Record<typeof SAID[number], string>> & { published: boolean };

/** Makes all tasks, the report among them; returns the exit code. */
export async function runEngine(
  systems: readonly System[],
  run: RunOptions,
  { engine: { engine, jobs, sbatch }, said }: { engine: EngineOptions; said: Said },
): Promise<number> {
  const root = fromFileUrl(new URL("../../", import.meta.url));
  const words = wordsOf(systems, said), files = READ.flatMap((name) => said[name] ?? []);
  const id = await identity(words, { root, files }), tasks = await tasksOf(systems, run);
  const state = resolve(join(run.cacheDir, `engine-${id}`));
  const start = engine === "local" ? ["deno", "task", "--cwd", root] : ["sh", "scripts/run.sh"];
  if (Deno.env.get("CROSSLAB_WEBGPU")?.startsWith("dawn")) start.push("dawn");
  const all: EngineRun = {
    tasks,
    state,
    command: (name) => [...start, "replicate", ...words, `--task=${name}`, `--state=${state}`],
    follow: followTasks(engine),
  };
  say(`${engine}: ${tasks.length} tasks, what they say is in ${join(state, "logs")}`);
  await openState(state);
  await forget(state, REPORT); // another run may have written into the same folder since
  const end = (failures: readonly string[]) => {
    for (const failure of failures) say(`error: ${failure}`);
    if (failures.length > 0) return 1;
    print(REPORT_FILES.map((name) => join(run.folder, name)).join("\n"));
    return 0;
  };
  if (engine === "slurm") {
    return end(await runSlurm(all, { name: `crosslab-${id}`, root, options: sbatch, jobs }));
  }
  return await untilStopped(async (signal) =>
    end(await runLocal(all, { jobs: jobs ?? LOCAL_JOBS, signal }))
  );
}

/** The command line of a task but for the task; where results go is always said. */
export function wordsOf(systems: readonly System[], { out = "out", ...asked }: Said): string[] {
  const said = { ...asked, out };
  const options = SAID.filter((name) => said[name] !== undefined)
    .map((name) => `--${name}=${PATHS.includes(name) ? absolute(said[name]!) : said[name]}`);
  return [...systems.map(({ id }) => id), ...options, ...(said.published ? ["--published"] : [])];
}

/** A path from the root; what is on the hub, and "none", as it is. */
function absolute(path: string): string {
  return path.startsWith("hf:") || path === "none" ? path : resolve(path);
}

/** One task in this process, on the adapter of all others. Reports are none of them. */
export async function runTask(
  systems: readonly System[],
  run: RunOptions,
  { name, state }: { name: string; state: string },
): Promise<void> {
  await expectState(state);
  const [id, own] = name.split("/"), system = systems.find((system) => system.id === id);
  if (name !== ADAPTER && (system === undefined || own === undefined)) {
    const known = systems.map(({ id }) => `${id}/...`).join(", ");
    throw new RangeError(
      `Cannot run a task: expected ${ADAPTER}, report or ${known} but found ${
        JSON.stringify(name)
      }: ` +
        "list tasks with --engine local --plan",
    );
  }
  const progress = createProgress();
  const work = await system?.tasks.prepare(own, { ...run, progress });
  await Deno.mkdir(run.cacheDir, { recursive: true });
  using gpu = await openGpu();
  await expectAdapter(state, gpu.key);
  if (work) await work(gpu);
  else await tune(gpu, { cacheDir: run.cacheDir });
  progress.finish();
}

/** Throws where there are no notes of tasks, or this adapter is not that of all of them. */
export async function checkAdapter(state: string): Promise<void> {
  await expectState(state);
  using gpu = await openGpu();
  await expectAdapter(state, gpu.key);
}
