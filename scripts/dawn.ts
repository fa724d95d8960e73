/**
 * Runs a task on Dawn, Chrome's WebGPU, in place of Deno's:
 *
 *   deno task dawn replicate --preset smoke
 *
 * Dawn is 51 MB to fetch and in no lock of the other tasks, so that only who asks for it fetches it.
 *
 * @module
 */
import { show } from "../lib/io/show.ts";
import { runCommand } from "./command_line.ts";
import { runInPlace } from "./in_place.ts";
import { MORE_LOCK, pathOf, taskArguments, taskNames } from "./task_program.ts";
import { print } from "./terminal.ts";

const VARIABLE = "CROSSLAB_WEBGPU";

const HELP = `Runs a task on Dawn, Chrome's WebGPU, in place of Deno's.

  deno task dawn TASK [arguments of the task]

Dawn's program (npm's webgpu, 51 MB) is fetched at the first call. It refuses lavapipe of Mesa 22, and takes that of
Mesa 25.

Environment
  ${VARIABLE}=dawn:disable_robustness,disable_workgroup_init
                           without Dawn's checks in shaders

Example
  deno task dawn replicate --preset smoke
`;

/** The command; returns the task's exit code. */
export async function dawnTask([task, ...rest]: string[]): Promise<number> {
  if (task === "--help") {
    print(HELP);
    return 0;
  }
  const args = await argumentsOnDawn(task);
  const asked = Deno.env.get(VARIABLE) ?? "";
  const onDawn = { [VARIABLE]: asked.startsWith("dawn") ? asked : "dawn" };
  return await runInPlace([...args, ...rest], onDawn);
}

/** What Deno has to be told. Throws where the task does not compute on a GPU, or is none. */
async function argumentsOnDawn(task: string | undefined): Promise<string[]> {
  const choices: Record<string, string[]> = {};
  for (const name of await taskNames()) {
    const [first, ...words] = await taskArguments(name);
    const reads = words.some((word) => word === "--allow-env" || word.includes(VARIABLE));
    if (!reads || !words.includes("--allow-ffi")) continue;
    const others = words.filter((word) => !word.startsWith("--lock="));
    choices[name] = [first, `--lock=${pathOf(MORE_LOCK)}`, ...others];
  }
  if (task === undefined || !Object.hasOwn(choices, task)) {
    throw new RangeError(
      `Cannot run on Dawn: expected one of ${Object.keys(choices).join(", ")} but found ` +
        `${task === undefined ? "no task" : show(task)}: see deno task dawn --help`,
    );
  }
  return choices[task];
}

if (import.meta.main) await runCommand(dawnTask);
