// The plan of the compact proofs counts what the run does; its seconds are scaled by rules that are tested here.
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { bruteForceTiny } from "../../../lib/proofs/theorems/brute_force.ts";
import { planProofs, predictFamily } from "../../../lib/proofs/run/plan.ts";
import { proofsSettings } from "../../../lib/proofs/run/presets.ts";
import type { Growth } from "../../../lib/proofs/theorem.ts";
import { plannedProofs } from "../../../lib/proofs/run/strategy_list.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { plannedModel } from "../../../scripts/proofs/planned_model.ts";
import { proofsTable } from "../../../scripts/proofs/plan.ts";

Deno.test("planProofs() counts the models, steps and strategies of every preset", () => {
  for (const preset of ["smoke", "small", "paper"] as const) {
    const settings = proofsSettings(preset);
    const planned = planProofs(settings);
    assertEquals(planned.map(({ K, v, seeds }) => ({ K, v, seeds })), settings.families);
    for (const { K, steps, strategies } of planned) {
      assertEquals(steps, settings.training.steps);
      assertEquals(strategies, plannedProofs(K).length);
    }
  }
  const [K4, K5, , K20] = planProofs(proofsSettings("small"));
  const has = (K: number, name: string) =>
    plannedProofs(K).some(({ strategy }) => strategy === name);
  assertEquals([4, 20].map((K) => [has(K, "N1"), has(K, "N1n")]), [[true, true], [false, true]]);
  // A sequence takes 32 · 32 multiplications in each of W_Q, W_K, W_V, W_O and 32 · 64 in W_U; backward twice as many.
  assertEquals(K4.flops, 16 * 3000 * 128 * 3 * 2 * (4 * 32 * 32 + 32 * 64));
  assertEquals([K4.enumerated, K5.enumerated, K20.enumerated], [64 ** 4, 64 ** 5, 0]);
  assertEquals([K4.margins, K20.margins], [2, 0]);
});

Deno.test("predictFamily() scales each kind of work by its own power of v", () => {
  const [family] = planProofs(proofsSettings("small"));
  const nothing = {
    tables: 0,
    proofs: { 2: 0, 3: 0, 3.5: 0 },
    draw: { "sampled": 0, "sampled/N5": 0 },
    ablation: 0,
    margin: 0,
  };
  const none = { cpu: 0, wall: 0 };
  const free = { v: 16, ...nothing, step: none, sequence: none };
  const model = (costs: Partial<typeof nothing>) =>
    predictFamily(family, { ...free, ...costs }, 2).model;
  assertEquals(model({ tables: 1 }), 16);
  const proofs = (growth: Growth) => model({ proofs: { ...nothing.proofs, [growth]: 1 } });
  assertEquals([proofs(2), proofs(3), proofs(3.5)], [16, 64, 128]);
  assertEquals(model({ ablation: 1e-3 }), 4e-3 * 20_000);
  assertEquals(model({ draw: { "sampled": 1e-3, "sampled/N5": 1 } }), 4 * (400 + 20_000));
  assertAlmostEquals(model({ margin: 1e-6 }), 4e-6 * 64 ** 4 * 2 / 16, 1e-9);
  const device = { step: { cpu: 2e-4, wall: 1e-4 }, sequence: { cpu: 2e-8, wall: 1e-8 } };
  const { all, wall } = predictFamily(family, { ...free, ...device, tables: 1 }, 2);
  const proving = 16 * 16 + 16 * 64 ** 4 * 2e-8;
  assertAlmostEquals(all, proving + 16 * 3000 * 2e-4, 1e-9);
  assertAlmostEquals(wall, 16 * 3000 * 1e-4 + proving / 2, 1e-9);
});

Deno.test("proofsTable() has a line for each population and one for all", () => {
  const predicted = { model: 1, all: 100, wall: 50 };
  const rows = planProofs(proofsSettings("small")).map((planned) => ({ planned, predicted }));
  const lines = proofsTable(rows);
  assertEquals(lines.length, 1 + 4 + 1);
  assertStringIncludes(lines[4], "K = 20");
  assertStringIncludes(lines[5], "28");
  assertStringIncludes(lines[5], "6.7 min");
});

Deno.test("plannedModel() is right on most sequences at every size", () => {
  for (const [v, K] of [[8, 2], [12, 4], [8, 5]]) {
    const tables = makeTables(plannedModel({ d_vocab: v, d_model: 32, d_head: 32, n_ctx: K }));
    const share = bruteForceTiny(tables).count / v ** K;
    assert(share > 0.9, `v = ${v}, K = ${K}: ${share}`);
  }
});
