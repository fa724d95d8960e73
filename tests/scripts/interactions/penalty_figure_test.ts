// The figures of penalties and of others' measures, their lines and the finding, from results made up.
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { renderSvg } from "../../../lib/plot/render.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { others } from "../../../scripts/interactions/figures/others.ts";
import { penalty } from "../../../scripts/interactions/figures/penalty.ts";
import { penaltyRuling } from "../../../scripts/interactions/penalty_finding.ts";

const losses = (all: number, largest: number) => ({
  model: 1,
  schemes: {
    ...{ zero: 5, all, largest_only: largest, three_largest: 1.5, largest_dropped: 4 },
    ...{ second_dropped: 2, random_dropped: 1.8 },
  },
});
const point = (kind: string, lambda: number, [FVU, share]: [number, number]) => ({
  ...{ kind, lambda, L0: 12, FVU: [FVU, FVU] },
  blocks: [0, 1].map((layer) => ({
    ...{ layer, dominantShare: 0.3 + FVU, interactionShare: share, R: share, excess: 10 * share },
  })),
  all: losses(1.4, 2),
  middle: losses(2, 3),
});
const runOf = (...points: ReturnType<typeof point>[]) =>
  ({ penalty: { steps: 7, points } }) as unknown as InteractionsResults;
const run = runOf(
  point("none", 0, [0.1, 0.5]),
  point("dominance", 2, [0.101, 0.39]),
  point("dominance", 9, [0.3, 0.1]),
  point("excess", 3, [0.102, 0.4]),
);

Deno.test("interactions-penalty draws each weight of each penalty and puts the published values beside it", async () => {
  const { spec, lines } = penalty.draw(run, {});
  const svg = await renderSvg(spec as Spec);
  for (const word of ["dominance", "excess", "none", "dominant share"]) {
    assertMatch(svg, new RegExp(`>${word}<`));
  }
  const named = Object.fromEntries(lines.map((line) => [line.name, line]));
  assertEquals(named["no penalty: dominant share"].paper, 0.305);
  assertEquals(named["dominance, weight 9: dominant share"].paper, 0.816);
  assertEquals(named["dominance, weight 2: dominant share"].paper, undefined);
  // 1 − (3 − 1) / (5 − 1) over 1 − (2 − 1) / (5 − 1).
  const kept = named["no penalty: largest alone, share of the fidelity of all"];
  assert(Math.abs(kept.ours! - 100 * 0.5 / 0.75) < 1e-9);
  const cost = named["heaviest dominance penalty: variance left over that without"];
  assert(Math.abs(cost.ours! - 3) < 1e-9);
});

Deno.test("the penalty's finding asks both kinds for a fifth less at equal reconstruction", () => {
  const ruling = (...points: ReturnType<typeof point>[]) => penaltyRuling(runOf(...points).penalty);
  const [none, mild, heavy, excess] = run.penalty.points as unknown as ReturnType<typeof point>[];
  assertEquals(ruling(none, mild, heavy, excess).verdict, "replicated");
  const weak = point("excess", 3, [0.102, 0.41]), costly = point("excess", 9, [0.2, 0.405]);
  assertEquals(ruling(none, mild, heavy, weak).verdict, "in part");
  // The heavy one cuts enough, but reconstructs worse; on a line to it 1.02 times are at 0.496.
  const coarse = ruling(none, heavy, excess);
  assertEquals(coarse.verdict, "in part");
  assertMatch(
    coarse.text,
    /dominance: no weight reconstructs as well, interpolated to 1.02 times the variance 0.496/,
  );
  assertEquals(ruling(none, heavy, weak).verdict, "undecided");
  const small = point("dominance", 2, [0.101, 0.45]);
  assertEquals(ruling(none, small, weak, costly).verdict, "not replicated");
  // 0.45 at 1.01 times and 0.1 at 1.03 times the variance leave 0.275 between them.
  const between = ruling(none, small, point("dominance", 9, [0.103, 0.1]), weak);
  assertEquals(between.verdict, "undecided");
  assertMatch(between.text, /interpolated to 1.02 times the variance 0.275/);
});

Deno.test("interactions-others draws agreement by block, with the published correlations beside ours", async () => {
  const layer = (layer: number, weights: number) => ({
    ...{ layer, weights, added: 0.7, acts: 0.8, precision: 0.2, chance: 0.05 },
  });
  const made = {
    others: {
      quadratic: {
        ...{ rank: 4, steps: 9, pairs: 1234, error: { linear: 0.2, quadratic: 0.15 } },
        coOccurrence: { weights: 0.1, covariance: 0.7 },
        layers: [layer(0, 0.3), layer(1, 0.4)],
      },
      weights: ["trained", "random"].map((weights) => ({ weights, FVU: 0.3, blocks: [] })),
    },
  } as unknown as InteractionsResults;
  const { spec, lines } = others.draw(made, {});
  assertMatch(await renderSvg(spec as Spec), />pair weights times activations</);
  const named = Object.fromEntries(lines.map((line) => [line.name, line]));
  const { paper, ours } = named["covariance of latents: Pearson with co-occurrence"];
  assertEquals([paper, ours], [0.82, 0.7]);
  assertEquals(named["random weights: FVU of a short dictionary"].ours, 0.3);
});
