/**
 * Runs a task on Dawn, Chrome's WebGPU, in place of Deno's:
 *
 *   deno task dawn replicate --preset smoke
 *
 * Dawn is 51 MB to fetch, and in the lock of this task, the tests, the bench and the bundle alone.
 *
 * @module
 */
import { show } from "../lib/io/show.ts";
import { runCommand } from "./command_line.ts";
import { runInPlace } from "./in_place.ts";
import { MORE_LOCK, pathOf, taskArguments, taskNames } from "./task_program.ts";
import { print } from "./terminal.ts";

const VARIABLE = "CROSSLAB_WEBGPU";

/** `tasks`: those that it takes. */
const help = (tasks: readonly string[]) =>
  `Runs a task on Dawn, Chrome's WebGPU, in place of Deno's.

  deno task dawn TASK [arguments of the task]

  TASK   ${tasks.join(", ")}

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
  const choices = await tasksOnDawn();
  if (task === "--help") {
    print(help(Object.keys(choices)));
    return 0;
  }
  if (task === undefined || !Object.hasOwn(choices, task)) {
    throw new RangeError(
      `Cannot run on Dawn: expected one of ${Object.keys(choices).join(", ")} but found ` +
        `${task === undefined ? "no task" : show(task)}: see deno task dawn --help`,
    );
  }
  const asked = Deno.env.get(VARIABLE) || "deno"; // other words are refused where Dawn is opened
  const onDawn = { [VARIABLE]: asked === "deno" ? "dawn" : asked };
  return await runInPlace([...choices[task], ...rest], onDawn);
}

/**
 * The tasks that compute on a GPU, and what Deno has to be told to run each on Dawn. Not the tests: some start
 * tasks, which need Deno's own; those of kernels run on Dawn in gpu-check.
 */
async function tasksOnDawn(): Promise<Record<string, string[]>> {
  const choices: Record<string, string[]> = {};
  for (const name of await taskNames()) {
    const [first, ...words] = await taskArguments(name);
    const reads = words.some((word) => word === "--allow-env" || word.includes(VARIABLE));
    if (first !== "run" || !reads || !words.includes("--allow-ffi")) continue;
    const others = words.filter((word) => !word.startsWith("--lock="));
    choices[name] = [first, `--lock=${pathOf(MORE_LOCK)}`, ...others];
  }
  return choices;
}

if (import.meta.main) await runCommand(dawnTask);
