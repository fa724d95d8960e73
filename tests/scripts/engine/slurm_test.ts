// A real controller with three nodes, one of which dies in the middle of a task while two programs follow the same tasks.
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { type Counts, countsText } from "../../../scripts/engine/follow.ts";
import { runSlurm } from "../../../scripts/engine/slurm.ts";
import { inFolder } from "../../util.ts";
import { missingForSlurm, startCluster, until } from "./slurm_cluster.ts";

const TASKS = [
  { name: "adapter", needs: [] },
  { name: "x/short", needs: ["adapter"] },
  { name: "x/long", needs: ["adapter"] },
  { name: "x/bad", needs: ["x/long"] },
  { name: "x/after-bad", needs: ["x/bad"] },
  { name: "report", needs: ["x/short", "x/long"] },
];

/** Notes its start; `x/long` tells where it runs and stays, the first time; `x/bad` fails. */
const SCRIPT = `echo "$1" >>"$2/ran"
case $1 in
x/bad) echo "no such luck"; exit 5 ;;
x/long) if [ ! -e "$2/where" ]; then
  read -r _ _ _ step _ <"/proc/$PPID/stat"
  echo "$SLURMD_NODENAME $step $PPID $$" >"$2/where.new"; mv "$2/where.new" "$2/where"; exec sleep 300
fi ;;
esac`;

const missing = await missingForSlurm();
if (missing) console.log(`no test on a real Slurm: ${missing}`);

Deno.test({
  name:
    "tasks on a real Slurm: a lost node costs its task, two programs make each once, failures are told",
  ignore: missing !== undefined,
  fn: () =>
    inFolder(async (folder) => {
      const cluster = await startCluster(folder, 3);
      Object.entries(cluster.environment).forEach(([name, value]) => Deno.env.set(name, value));
      try {
        const out = join(folder, "o'ut $HOME"), shown: Counts[] = [];
        await Deno.mkdir(out);
        const run = {
          tasks: TASKS,
          state: join(out, "state of it"),
          command: (name: string) => ["sh", "-c", SCRIPT, "sh", name, out],
          follow: { show: (counts: Counts) => shown.push(counts), finish() {} },
        };
        const options = {
          name: "crosslab-t",
          root: out,
          options: ["--partition=main"],
          seconds: 0.5,
        };
        const programs = [runSlurm(run, options), runSlurm(run, options)];
        const where = join(out, "where");
        await until("the long task", () => Deno.stat(where).then(() => true, () => false));
        const [node, ...processes] = (await Deno.readTextFile(where)).trim().split(" ");
        cluster.kill(node); // with all that runs there
        for (const pid of processes) Deno.kill(Number(pid), "SIGKILL");
        for (const failures of await Promise.all(programs)) {
          assertEquals(failures.length, 2, failures.join("\n"));
          assertStringIncludes(failures[0], "task x/bad ended with exit code 5: no such luck (");
          assertStringIncludes(failures[1], "1 more not made");
        }
        const ran = (await Deno.readTextFile(join(out, "ran"))).trim().split("\n").sort();
        assertEquals(ran, ["adapter", "report", "x/bad", "x/long", "x/long", "x/short"]);
        assertEquals(countsText(shown.at(-1)!), "4 of 6 tasks done, 0 run, 1 wait, 1 failed");
      } finally {
        for (const name of Object.keys(cluster.environment)) Deno.env.delete(name);
        await cluster.stop();
      }
    }),
});
