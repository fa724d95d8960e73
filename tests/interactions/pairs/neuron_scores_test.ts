// The oracle is formulas/, neuron by neuron in float64; identities, bounds and counts on a model whose weights are random.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { dominantBound, dominantShare } from "../../../lib/interactions/formulas/dominant.ts";
import { excess, fewHotRemainder, largestOnly } from "../../../lib/interactions/formulas/excess.ts";
import { minBound, sumOfSizes } from "../../../lib/interactions/formulas/excess_bounds.ts";
import { gateFlips } from "../../../lib/interactions/formulas/gates.ts";
import { mixedDifference } from "../../../lib/interactions/formulas/mixed_difference.ts";
import { pairsOf } from "../../../lib/interactions/formulas/neuron.ts";
import { nonlinearity } from "../../../lib/interactions/formulas/nonlinearity.ts";
import { shapleyTaylorOf } from "../../../lib/interactions/formulas/shapley_taylor.ts";
import { telescopingTerms } from "../../../lib/interactions/formulas/telescoping.ts";
import { neuronScores } from "../../../lib/interactions/pairs/neuron_scores.ts";
import { RATIO_BINS } from "../../../lib/interactions/pairs/neuron_sums.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { assertClose } from "../../util.ts";
import { hostPlayers, somePlayers } from "../util.ts";

for (const { gpu, name } of devices) {
  for (const activation of ["gelu_new", "gelu", "relu"] as const) {
    Deno.test(`neuronScores() adds up what the formulas give, ${activation}, ${name}`, async () => {
      using players = await somePlayers(gpu, { activation });
      const found = await neuronScores(players, { random: stream(2, "orders") });
      const host = await hostPlayers(players),
        phi = nonlinearity(activation),
        { d_mlp, tokens, active: { start } } = players;
      const random = stream(2, "orders");
      const R = new Float64Array(tokens * host.d_model), effect = R.slice();
      const ratios: number[] = [];
      const rows: Record<string, number[]> = {};
      for (let t = 0; t < tokens; t++) {
        const order = random.permutation(start[t + 1] - start[t]);
        const sums: Record<string, number> = {};
        const add = (key: string, value: number) => sums[key] = (sums[key] ?? 0) + value;
        for (let k = 0; k < d_mlp; k++) {
          const { a, z, c } = host.neuron(t, k), norm = host.out_norms[k], neuron = { a, c };
          const E = excess(phi, neuron), pairs = pairsOf(a.length);
          for (let j = 0; j < host.d_model; j++) {
            R[t * host.d_model + j] += E * host.W_out[k * host.d_model + j];
            effect[t * host.d_model + j] += (phi.value(z) - phi.value(c)) *
              host.W_out[k * host.d_model + j];
          }
          const telescoping = a.length === 0
            ? 0
            : sumOfSizes(telescopingTerms(phi, neuron).map((e) => e.value));
          const open = pairs.reduce(
            (sum, [i, j]) => sum + phi.osc * Math.min(Math.abs(a[i]), Math.abs(a[j])),
            0,
          );
          const sum = (value: (i: number, j: number) => number) =>
            pairs.reduce((all, [i, j]) => all + value(i, j), 0);
          add("excess", norm * Math.abs(E));
          add("telescoping", norm * telescoping);
          add("shapley_taylor", norm * sumOfSizes(shapleyTaylorOf(phi, neuron, order)));
          add("dominant", norm * dominantBound(phi, a));
          for (const m of [2, 3, 5]) {
            add(`few_${m}`, norm * phi.osc * fewHotRemainder(a, m));
            add(`missed_${m}`, norm * Math.abs(E - excess(phi, largestOnly(neuron, m))));
          }
          add("min", norm * minBound(phi, neuron));
          add("min_open", norm * open);
          add(
            "insertion_gap",
            norm * Math.abs(sum((i, j) => mixedDifference(phi, { a: a[i], b: a[j], c })) - E),
          );
          add(
            "removal_gap",
            norm * Math.abs(
              sum((i, j) => mixedDifference(phi, { a: a[i], b: a[j], c: z - a[i] - a[j] })) - E,
            ),
          );
          const mass = a.reduce((all, v) => all + Math.abs(v), 0);
          add("share", mass > 0 ? dominantShare(a) : 0);
          add("flips", gateFlips(neuron).some(Boolean) ? 1 : 0);
          add("mass", norm * mass);
          add("neurons", mass > 0 ? 1 : 0);
          if (Math.abs(E) > 1e-3) ratios.push(dominantBound(phi, a) / Math.abs(E));
        }
        for (const [key, value] of Object.entries(sums)) (rows[key] ??= []).push(value);
      }
      for (const key of Object.keys(found.sums) as (keyof typeof found.sums)[]) {
        // A neuron loses some 1e-6 of what its sums pass through; 37 of them are added.
        assertClose(found.sums[key], rows[key], { name: key, rtol: 1e-4, atol: 4e-5 });
      }
      assertClose(found.R, R, { name: "R", rtol: 1e-4, atol: 1e-5 });
      assertClose(found.effect, effect, { name: "effect", rtol: 1e-4, atol: 1e-5 });
      assert(found.maxima.telescoping_error < 5e-6 && found.maxima.shapley_taylor_error < 5e-6);
      assert(found.maxima.term_ratio > 0.3 && found.maxima.term_ratio < 1.001);
      const { kink_gate, ...bounds } = found.violations;
      assertEquals(Object.values(bounds), Object.values(bounds).map(() => 0));
      if (activation === "relu") assertEquals(kink_gate, 0);
      else assert(kink_gate > 0); // the gate is ReLU's alone
      // float32 may put what lies at an edge into the bin on its other side.
      const places = ratios.map((ratio) =>
        (Math.log10(ratio) - RATIO_BINS.from) / RATIO_BINS.width
      );
      found.ratios.dominant.forEach((count, b) => {
        const within = (slack: number) =>
          places.filter((x) => x >= b - slack && x < b + 1 + slack).length;
        assert(
          count >= within(-0.01) && count <= within(0.01),
          `bin ${b}: ${count}, not ${within(0)}`,
        );
      });
      assert(ratios.length > 100);
    });
  }
}

Deno.test("neuronScores() reaches every neuron where all its loops together would be too long for one invocation", async () => {
  const [{ gpu }] = devices;
  using players = await somePlayers(gpu, { d_mlp: 2000, d_sae: 40 });
  const { start } = players.active,
    most = Math.max(...start.map((s, t) => s - (start[t - 1] ?? 0)));
  assert(most * most * 2000 / 8 > 2 ** 16, `${most} active latents are too few for this test`);
  const { sums } = await neuronScores(players);
  assertEquals(
    [...sums.neurons],
    Array.from({ length: players.tokens }, (_, t) => start[t + 1] > start[t] ? 2000 : 0),
  );
});

Deno.test("neuronScores() refuses more latents at a token than the kernel has room for", async () => {
  using players = await somePlayers(devices[0].gpu, {});
  const start = players.active.start.map((s, t) => t === 0 ? 0 : s + 600);
  const many = { ...players, active: { ...players.active, start } };
  await assertRejects(
    () => neuronScores(many),
    RangeError,
    "at most 512 active latents at a token but found 600",
  );
});
