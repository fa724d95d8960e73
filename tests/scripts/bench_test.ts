// The bench's own words; what it measures is tested elsewhere.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { CARDS } from "../../lib/gpu/cards.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { standInGpu } from "../../lib/gpu/stand_in.ts";
import { workOf } from "../../lib/gpu/work.ts";
import { pairInstances } from "../../lib/interactions/pairs/instances.ts";
import { pairScores } from "../../lib/interactions/pairs/pair_scores.ts";
import { initialModel } from "../../lib/proofs/gpu/train.ts";
import { makeProver } from "../../lib/proofs/prove.ts";
import { readTensors } from "../../lib/tensor/read.ts";
import { checkerRow } from "../../scripts/bench/checker.ts";
import {
  dispatchesOf,
  dispatchLines,
  LISTED,
  type ListedStep,
} from "../../scripts/bench/dispatches.ts";
import { removalScores } from "../../scripts/bench/interactions.ts";
import { best, timedThread } from "../../scripts/bench/measure.ts";
import { runPython } from "../../scripts/bench/python.ts";
import { recipeStep } from "../../scripts/bench/recipe_step.ts";
import { coderStep, modelStep, smallConfig } from "../../scripts/bench/recorded_steps.ts";
import { goalText, type Row } from "../../scripts/bench/table.ts";
import { somePlayers } from "../interactions/util.ts";
import { assertClose } from "../util.ts";

const row: Row = { group: "proofs", name: "cubic", wall: 3, cpu: 0.5 };

Deno.test("goalText() compares the CPU time of all runs that a goal is for", () => {
  assertEquals(goalText(row), "");
  assertEquals(goalText({ ...row, goal: 1 }), "goal < 1 s");
  assertEquals(goalText({ ...row, goal: 0.5 }), "goal < 0.5 s: MISSED");
  assertEquals(goalText({ ...row, goal: 600, goalTimes: 1199 }), "goal < 600 s");
  assertEquals(goalText({ ...row, goal: 600, goalTimes: 1200 }), "goal < 600 s: MISSED");
});

Deno.test("timedThread() runs what is short as often as asked, best() keeps the least of each", () => {
  let runs = 0;
  const { wall } = timedThread(() => runs++, { rounds: 3 });
  assert(wall >= 0);
  assertEquals(runs, 3);
  assertEquals(best([{ wall: 1, cpu: 4 }, { wall: 2, cpu: 3 }]), { wall: 1, cpu: 3 });
});

Deno.test("checkerRow() has every certificate accepted and names the slowest", () => {
  const config = { d_vocab: 6, d_model: 4, d_head: 3, n_ctx: 3 };
  const { name, note, goal } = checkerRow(makeProver(initialModel(config, 0)), 20);
  assertMatch(name, /^K = 3: checker, (cubic|N2|N3n|N4|N5|subcubic)/);
  assertEquals(note!.split(", ").length, 5);
  assertEquals(goal, 20);
});

Deno.test("the plain removal scores that the bench compares with are those of the device", async () => {
  using gpu = await openGpu();
  using players = await somePlayers(gpu, {});
  const instances = pairInstances(players.active);
  const [w, z, W_out] = await readTensors([players.w, players.z, players.W_out]);
  const sizes = { d_mlp: players.d_mlp, d_model: W_out.length / players.d_mlp };
  const plain = removalScores({ w, z, W_out, ...sizes, players }, instances, 40);
  const { removal } = await pairScores(players, instances, { metrics: ["removal"] });
  assertClose(removal.slice(0, 40), plain, { name: "removal", rtol: 1e-4, atol: 4e-6 });
});

Deno.test("runPython() says why a peer was skipped", async () => {
  const found = await runPython<{ right: number }>("../../tests/scripts/missing.py", []);
  assertMatch(String(found), /python|permission/);
});

Deno.test("every dispatch of a training step says what it costs, on cards and on CPU adapters", () => {
  const steps: ListedStep[] = [
    {
      name: "coder",
      make: (gpu) => coderStep(gpu, { batch: 64, n_sites: 2, d_in: 64, d_sae: 256 }),
    },
    {
      name: "BatchTopK",
      make: (gpu) => recipeStep(gpu, "batchtopk", { batch: 64, n_sites: 2, d_in: 64, d_sae: 256 }),
    },
    { name: "model", make: (gpu) => modelStep(gpu, { config: smallConfig(), batch: 2, pos: 16 }) },
  ];
  for (const step of steps) {
    const card = { isCpu: false, subgroupSize: 32 }, cpu = { isCpu: true, subgroupSize: 8 };
    // A CPU adapter skips what is 0, whose work nobody knows before.
    for (const facts of step.name === "BatchTopK" ? [card] : [card, cpu]) {
      const seen = dispatchesOf(step, facts), works = seen.map(workOf);
      const silent = seen.filter((_, i) => !works[i].declared).map(({ kernel }) => kernel.label);
      assertEquals([...new Set(silent)], [], step.name);
      using gpu = standInGpu();
      using recorded = step.make(gpu);
      const flop = works.reduce((sum, work) => sum + work.flop, 0);
      // AuxK decodes once more.
      const most = step.name === "BatchTopK" ? 1.8 : 1.3;
      assert(flop > recorded.flop && flop < most * recorded.flop, `${flop} of ${recorded.flop}`);
    }
  }
});

Deno.test("dispatchLines() shows each step on each card, says that it is a model, and names the peaks", async () => {
  const lines = await dispatchLines(
    [CARDS.rtx4090, CARDS.h100],
    LISTED.filter(({ name }) => name.startsWith("GPT-Neo")),
  );
  const text = lines.join("\n");
  assertMatch(
    text,
    /GeForce RTX 4090: middle [\d.]+ ms \([\d.]+ ms \.\. [\d.]+ ms\), goal 0.700 ms/,
  );
  assertMatch(text, /H100 SXM5: middle [\d.]+ ms \([\d.]+ ms \.\. [\d.]+ ms\)\n/);
  assertMatch(text, /\nadam\.main +\d+ x 1 x 1 +256 +[\d.]+ +[\d.]+ +[\d.]+/);
  // kernels that run side by side stand below one another, without the constants that are 0
  assertMatch(text, /\n +\+ matmul_tiny\.main \[FORM=\d [^\]]+\] *\n/);
  assertEquals(lines.filter((line) => line.length > 160 || /(?<!FORM)=0\b/.test(line)), []);
  assertMatch(text, /A model, not a measurement/);
  const [, dispatches] = text.match(/\n(\d+) dispatches and what lies between them/)!;
  assert(Number(dispatches) <= 80, `${dispatches} dispatches`); // 202 before any were joined
  assertMatch(text, /NVIDIA Ada GPU Architecture whitepaper/);
});
