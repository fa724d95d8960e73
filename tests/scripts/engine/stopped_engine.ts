/** An engine of two tasks in a folder, which wait while a file `wait` is there; local_test.ts stops it. @module */
import { join } from "node:path";
import { untilStopped } from "../../../scripts/engine/stop.ts";
import { runLocal } from "../../../scripts/engine/local.ts";

/** The numbers of those that wait go into the file that `wait` names, and the names of made ones into `made`. */
const SCRIPT = `if [ -e "$2/wait" ]; then echo $$ >>"$(cat "$2/wait")"; exec sleep 300; fi
echo "$1" >>"$2/made"`;

const [folder] = Deno.args;
Deno.exit(
  await untilStopped(async (signal) => {
    const run = {
      tasks: ["left", "right"].map((name) => ({ name, needs: [] })),
      state: join(folder, "state"),
      command: (name: string) => ["sh", "-c", SCRIPT, "sh", name, folder],
      follow: { show() {}, finish() {} },
    };
    return (await runLocal(run, { jobs: 2, signal })).length;
  }),
);
