// The figures of proofs and of planted pairs, from results of two points.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { RATIO_BINS, RATIO_BOUNDS } from "../../../lib/interactions/pairs/neuron_sums.ts";
import { proofLength } from "../../../lib/interactions/proof/length.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { renderSvg } from "../../../lib/plot/render.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { planted } from "../../../scripts/interactions/figures/planted.ts";
import { proof } from "../../../scripts/interactions/figures/proof.ts";
import { tightness } from "../../../scripts/interactions/figures/tightness.ts";
import { intervalLines } from "../../../scripts/interactions/lines/intervals.ts";
import { proofCommand } from "../../../scripts/interactions/lines/proof.ts";
import { sanityLines } from "../../../scripts/interactions/lines/sanity.ts";
import { plantedFinding } from "../../../scripts/interactions/findings.ts";

const MODEL = { d_model: 8, d_mlp: 16, n_layers: 2, d_vocab: 20 };
const point = (trained: boolean, d_sae: number, FVU: number) => {
  const sizes = { d_sae, L0: 4, pairs: d_sae * 2 };
  const length = proofLength(MODEL, { tokens: 100, ...sizes });
  return { coder: "mlp", number: 0, trained, FVU, breakEven: 60, length, ...sizes };
};
const metric = (name: string, recall: number) => ({
  metric: name,
  recall,
  half: recall,
  byRule: { and: recall, or: recall, xor: recall },
});
const task = (activation: string, recall: number) => ({
  ...{ seed: 0, activation, chance: 0.02, error: 0.01, permuted: 0 },
  metrics: [metric("removal", recall), metric("co_activation", 0.1)],
});
const run = {
  proof: {
    tokens: 100,
    points: [point(true, 16, 0.1), point(false, 8, 0.3)],
    certified: [
      ...[{ layer: 1, method: "exact", tokens: 100, mean: 2, max: 5, share: 0.5, float: 1.99 }]
        .map((claim) => ({ ...claim, file: "residual.json", verdict: "accepted: it is" })),
    ],
    folders: { model: "lm-ft1", coder: "coder-mlp" },
    transitions: [{ layer: 1, delta: 3, bias: 1, singles: 2, singlesSum: 4, residual: 2 }],
    needed: [{
      layer: 1,
      pairs: 50,
      needed: [{ epsilon: 1, byBound: 40, byNorm: 3 }, { epsilon: 0.1, byBound: 48, byNorm: 20 }],
    }],
  },
  planted: {
    logic: [task("relu", 0.9), task("gelu_new", 0.5)],
    products: [{
      seed: 0,
      bilinear: { largest: 1e-15, spearman: 1, measured: 0.9, weights: 1 },
      gated: { fourPoints: 0.9, coActivation: 0.1 },
    }],
  },
} as unknown as InteractionsResults;

Deno.test("interactions-proof draws the dictionaries, brute force and the pairs to look at", async () => {
  const { spec, lines } = proof.draw(run, {});
  const [lengths, pairs] = spec as { spec: Spec }[];
  const svg = await renderSvg(lengths.spec);
  assertMatch(svg, />brute force</);
  assertMatch(svg, />8 latents kept</);
  assertMatch(await renderSvg(pairs.spec), />By the min bound alone</);
  const named = Object.fromEntries(lines.map((line) => [line.name, line]));
  const certified = named["block 1: certified mean residual, exact"];
  assertEquals(certified.ours, 2);
  assertMatch(
    certified.note,
    /in float32 1\.990; at most 5\.000 at any of 100 tokens, 0\.50 of .*accepted by the checker/,
  );
  const command = proofCommand({ proof: run.proof, preset: "small" });
  assertMatch(
    command,
    /check-proof out\/small\/interactions\/proof\/residual\.json --model out\/cache\/lm-ft1 /,
  );
  assertEquals(named["block 1: pairs to certify the residual to a tenth"].ours, 20);
});

Deno.test("interactions-planted draws recall by score, and its finding follows the rule", async () => {
  const { spec, lines } = planted.draw(run, {});
  assertMatch(await renderSvg(spec as Spec), />B1, co-activation count</);
  assertEquals(lines.length, 4 + 2 + 2);
  const found = plantedFinding(run);
  assertEquals(found.verdict, "in part"); // one of two tasks
  assert(found.text.includes("relu, seed 0: removal 0.90, co-activation 0.10"));
});

Deno.test("interactions-tightness shows every bound of every model, each bar at its own bin", async () => {
  const counts = (bins: Record<number, number>) =>
    Array.from({ length: RATIO_BINS.count }, (_, bin) => bins[bin] ?? 0);
  const ratios = { 20: 3, 21: 0, 22: 5, 40: 2, 99: 1 }; // at log10 0, 0.1, 1 and beyond 3
  const whole = {
    ratios: Object.fromEntries(RATIO_BOUNDS.map((name) => [name, counts(ratios)])),
    over_excess: { dominant: 9, telescoping: 2, shapley_taylor: 3, min: 30 },
    quantiles: { dominant: [2, 10, 100] },
  };
  const bounds = {
    blocks: ["ft1", "relu"].map((model) => ({ model, layer: 0, whole })),
    ...{ neuron_tokens: 1000, violated: 0 },
  };
  const { spec, lines } = tightness.draw({ bounds } as unknown as InteractionsResults, {});
  assertMatch(await renderSvg(spec as Spec), /0 of 1,000 are above a bound/);
  // deno-lint-ignore no-explicit-any -- a spec is plain JSON
  const panels = (spec as any).concat;
  assertEquals(panels.length, 2 * RATIO_BOUNDS.length);
  const shares = panels[0].layer[0].data.values.map(({ share }: { share: number }) => share);
  assertEquals(shares, [3 / 11, 5 / 11, 2 / 11, 1 / 11]);
  assertEquals(lines.length, 1 + 2);
});

Deno.test("lines tell the bounds over magnitudes and the sanity checks", () => {
  const [box, broken] = intervalLines({
    blocks: [{
      ...{ model: "ft1", layer: 2, patterns: 4, violations: 0, neurons: 500 },
      bounds: { min: 400, dominant: 100, telescoping: 50 },
      sampled: { triangle: 10, residual: 2 },
      pairs: { count: 8, range: 3, min: 6, sampled: 2 },
    }],
  });
  assertEquals(box.ours, 5);
  assertMatch(box.note, /dominant 10\.0, min 40\.0; a pair 1\.5, by osc·min 3\.0/);
  assertEquals(broken.ours, 0);
  const lines = sanityLines({
    blocks: [{
      layer: 1,
      error: { share: 0.12, dominates: 0.2 },
      binarised: { pairs: 30, spearman: 0.8, residual: 0.9 },
    }],
    frozen: [{ layer: 1, sampled: 24, spearman: 0.97, difference: 0.2 }],
  });
  assertEquals(lines.map(({ ours }) => ours), [12, 0.8, 0.97]);
});
