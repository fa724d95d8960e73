// The figures of proofs and of planted pairs, from results of two points.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { proofLength } from "../../../lib/interactions/proof/length.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { renderSvg } from "../../../lib/plot/render.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { planted } from "../../../scripts/interactions/figures/planted.ts";
import { proof } from "../../../scripts/interactions/figures/proof.ts";
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
      ...[{ layer: 1, method: "exact", tokens: 100, mean: 2, max: 5, share: 0.5 }]
        .map((claim) => ({ ...claim, file: "residual.json", verdict: "accepted: it is" })),
    ],
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
  assertMatch(await renderSvg(pairs.spec), />block 1, min bound alone</);
  const named = Object.fromEntries(lines.map((line) => [line.name, line]));
  const certified = named["block 1: certified mean residual, exact"];
  assertEquals(certified.ours, 2);
  assertMatch(
    certified.note,
    /at most 5\.000 at any of 100 tokens, 0\.50 of .*accepted by the checker/,
  );
  assertEquals(named["block 1: pairs to certify the residual to a tenth"].ours, 20);
});

Deno.test("interactions-planted draws recall by score, and its finding follows the rule", async () => {
  const { spec, lines } = planted.draw(run, {});
  assertMatch(await renderSvg(spec as Spec), />co activation</);
  assertEquals(lines.length, 4 + 2 + 2);
  const found = plantedFinding(run);
  assertEquals(found.verdict, "in part"); // one of two tasks
  assert(found.text.includes("relu, seed 0: removal 0.90, co-activation 0.10"));
});
