// The scripts that Slurm gets, run by sh as Slurm would: names and paths may hold whatever a shell makes something of.
import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { engineOf } from "../../../scripts/engine/options.ts";
import { arrayScript, dependency, groupsOf } from "../../../scripts/engine/sbatch.ts";
import { fileOf, namesIn, openState } from "../../../scripts/engine/state.ts";
import { quoted } from "../../../scripts/engine/words.ts";
import { inFolder } from "../../util.ts";

/** Those that the process of a task is told of. */
const CORES = "$CROSSLAB_CORES and $LP_NUM_THREADS";

const EVIL = `a 'b' "c" $(touch here) \`touch here\` $HOME ; & | * \\ %A #\n-x`;

async function runElement(script: string, element: number): Promise<number> {
  const { code } = await new Deno.Command("sh", {
    args: ["-c", script],
    env: { SLURM_ARRAY_TASK_ID: `${element}`, SLURM_CPUS_ON_NODE: "6", LP_NUM_THREADS: "2" },
  }).output();
  return code;
}

Deno.test("quoted() gives sh a word as it is, and leaves a plain one alone", async () => {
  assertEquals(quoted("--out=/a/b.c"), "--out=/a/b.c");
  for (const word of [EVIL, "", "'", "--a b", "$x"]) {
    const { stdout } = await new Deno.Command("sh", { args: ["-c", `printf %s ${quoted(word)}`] })
      .output();
    assertEquals(new TextDecoder().decode(stdout), word);
  }
});

Deno.test("an element runs its own task once and notes how it ended, in folders of any name", () =>
  inFolder(async (folder) => {
    const root = join(folder, EVIL.replaceAll("/", "")), state = join(root, "state 'of' it");
    await Deno.mkdir(root, { recursive: true });
    await openState(state);
    const command = (name: string) => [
      ...["sh", "-c", `printf "%s in %s, ${CORES}" "$1" "$PWD"; exit "$2"`, "sh"],
      ...[`${name} ${EVIL}`, name === "x/bad" ? "7" : "0"],
    ];
    const script = arrayScript({ names: ["x/good", "x/bad"] }, { state, command }, { root });
    assertEquals(await runElement(script, 0), 0);
    assertEquals(await runElement(script, 1), 7);
    assertEquals(await runElement(script, 2), 1); // no such element
    assertEquals(await runElement(script, 0), 0); // made before
    assertEquals(await runElement(script, 1), 1); // failed before
    assertEquals([...await namesIn(state, "done")], ["x/good"]);
    assertEquals([...await namesIn(state, "failed")], ["x/bad"]);
    const log = await Deno.readTextFile(fileOf(state, "logs", "x/good"));
    assertEquals(log, `x/good ${EVIL} in ${root}, 6 and 2`); // once
    const around = [...Deno.readDirSync(root)].map(({ name }) => name);
    assertEquals(around, ["state 'of' it"]); // no word was run
  }));

Deno.test("tasks that wait for the same ones are one array, after those that they wait for", () => {
  const tasks = [
    { name: "a", needs: [] },
    { name: "b1", needs: ["a"] },
    { name: "b2", needs: ["a"] },
    { name: "c", needs: ["b1", "b2"] },
    { name: "d", needs: ["b2"] },
  ];
  assertEquals(groupsOf(tasks, new Set()), [
    { names: ["a"], needs: [] },
    { names: ["b1", "b2"], needs: ["a"] },
    { names: ["c"], needs: ["b1", "b2"] },
    { names: ["d"], needs: ["b2"] },
  ]);
  assertEquals(groupsOf(tasks.slice(1), new Set(["a"])).slice(0, 2), [
    { names: ["b1", "b2"], needs: [] },
    { names: ["c"], needs: ["b1", "b2"] },
  ]);
  const many = Array.from({ length: 2001 }, (_, i) => ({ name: `t${i}`, needs: [] }));
  assertEquals(groupsOf(many, new Set()).map(({ names }) => names.length), [1000, 1000, 1]);
});

Deno.test("an array waits for whole arrays by their job and for single elements by their place", () => {
  const places = new Map([
    ["b1", { job: "11", element: 0 }],
    ["b2", { job: "11", element: 1 }],
    ["e", { job: "12", element: 3 }],
  ]);
  const sizes = new Map([["11", 2], ["12", 4]]);
  assertEquals(dependency(["b1", "b2", "e"], places, sizes), "afterok:11:12_3");
  assertEquals(dependency(["b2", "done before"], places, sizes), "afterok:11_1");
  assertEquals(dependency(["done before"], places, sizes), undefined);
});

Deno.test("engines are asked for with what they take", () => {
  assertEquals(engineOf({}), undefined);
  assertEquals(engineOf({ engine: "local", jobs: "3" }), { engine: "local", jobs: 3, sbatch: [] });
  const partition = `gpu,"x y" --wrap=ls $(ls)`; // one word of sbatch, whatever stands in it
  assertEquals(engineOf({ engine: "slurm", partition, time: "1:00:00" }), {
    engine: "slurm",
    sbatch: [`--partition=${partition}`, "--time=1:00:00"],
  });
  const wrong: [Parameters<typeof engineOf>[0], string][] = [
    [{ engine: "slrum" }, "did you mean slurm?"],
    [{ jobs: "2" }, "expected --engine with --jobs but found none"],
    [{ partition: "gpu" }, "expected --engine with --partition but found none"],
    [{ engine: "local", gres: "gpu:1" }, "expected --engine slurm with --gres but found local"],
    [{ engine: "slurm", mem: "1G\n--x" }, "expected --mem on one line"],
    [{ engine: "local", jobs: "0" }, "--jobs"],
    [{ task: "a" }, "expected --task and --state together"],
    [{ task: "a", state: "b", engine: "local" }, "expected --engine or --task but found both"],
  ];
  for (const [given, text] of wrong) assertThrows(() => engineOf(given), RangeError, text);
});
