// The bench's own words; what it measures is tested elsewhere.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { initialModel } from "../../lib/proofs/gpu/train.ts";
import { makeProver } from "../../lib/proofs/prove.ts";
import { checkerRow } from "../../scripts/bench/checker.ts";
import { best, timedThread } from "../../scripts/bench/measure.ts";
import { goalText, type Row } from "../../scripts/bench/table.ts";

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
