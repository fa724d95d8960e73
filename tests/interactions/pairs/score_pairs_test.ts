import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { boundTotals } from "../../../lib/interactions/pairs/bound_totals.ts";
import { pairInstances } from "../../../lib/interactions/pairs/instances.ts";
import { neuronScores } from "../../../lib/interactions/pairs/neuron_scores.ts";
import { pairScores } from "../../../lib/interactions/pairs/pair_scores.ts";
import { scorePairs } from "../../../lib/interactions/pairs/score_pairs.ts";
import { blockPlayers } from "../../../lib/interactions/players/blocks.ts";
import { readPairTable, writePairTable } from "../../../lib/interactions/run/pair_tables.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { assertClose, inFolder } from "../../util.ts";
import { randomCoder, randomModel, randomText, somePlayers } from "../util.ts";

const [{ gpu }] = devices;

Deno.test("scorePairs() is the mean of the scores of every block, over parts of a text, of pairs that meet often enough", async () => {
  const model = randomModel(gpu), coder = randomCoder(), text = randomText(20); // 16 sequences a part
  const metrics = ["removal", "acts_product"] as const;
  const options = { text, metrics, least: 10, random: stream(0, "orders") };
  const { pairs, count, tokens, blocks, instances } = await scorePairs(model, coder, options);
  assertEquals([tokens, blocks.map(({ layer }) => layer)], [140, [0, 1]]);
  assert(count.every((n) => n >= 10) && count.reduce((a, b) => a + b, 0) === instances);
  const sums = blocks.map(() => new Float64Array(pairs.i.length));
  const seen = new Uint32Array(pairs.i.length);
  for await (const { part, block: { layer }, players } of blockPlayers(model, coder, text)) {
    const all = pairInstances(part.active),
      { removal } = await pairScores(players, all, { metrics: ["removal"] });
    all.pair.forEach((p, at) => {
      const n = pairs.i.findIndex((i, n) => i === all.pairs.i[p] && pairs.j[n] === all.pairs.j[p]);
      if (n < 0) return;
      sums[layer][n] += removal[at];
      if (layer === 0) seen[n]++;
    });
  }
  assertEquals([...seen], [...count]);
  blocks.forEach(({ metrics: { removal } }, layer) => {
    assertClose(removal.S_co, sums[layer].map((sum, n) => sum / count[n]), {
      name: "S_co",
      rtol: 1e-6,
    });
  });
  await inFolder(async (folder) => {
    const of = { coder: "mlp", number: 0 } as const;
    await writePairTable(folder, of, { pairs, count, tokens, blocks, instances, met: 91 });
    const table = await readPairTable(folder, of);
    assertEquals([table.pairs, table.count], [pairs, count]);
    assertEquals(
      table.value(1, "removal", "S_max"),
      Float32Array.from(blocks[1].metrics.removal.S_max),
    );
    assertThrows(
      () => table.value(1, "insertion", "S_max"),
      RangeError,
      "expected blocks.1.insertion.S_max",
    );
  });
  const often = { ...options, least: 1000 };
  await assertRejects(
    () => scorePairs(model, coder, often),
    RangeError,
    "expected pairs that meet on 1000 tokens but found none",
  );
});

Deno.test("boundTotals() puts parts together, weighs tokens alike and finds quantiles of its bins", async () => {
  using players = await somePlayers(gpu, {});
  const part = await neuronScores(players);
  const one = boundTotals([part]), two = boundTotals([part, part]);
  assertEquals([two.tokens, two.neuron_tokens], [2 * one.tokens, 2 * one.neuron_tokens]);
  for (
    const key of ["excess_fraction", "singles_cosine", "dominant_share", "sign_flips"] as const
  ) {
    assertClose([two[key]], [one[key]], { name: key, rtol: 1e-12 });
    assert(one[key] > 0 && one[key] < 1.5);
  }
  const { excess, telescoping, dominant, min } = one.over_excess;
  assert(excess === 1 && telescoping > 1 && dominant > telescoping && min > dominant);
  const [low, middle, high] = one.quantiles.dominant;
  assert(low >= 0.9 && low < middle && middle < high);
  const counts = one.ratios.dominant,
    below = counts.reduce((sum, n, b) => sum + (10 ** (-1 + (b + 1) / 20) <= middle ? n : 0), 0);
  assert(Math.abs(below / counts.reduce((a, b) => a + b, 0) - 0.5) < 0.1);
  // Without any effect there is nothing to divide by.
  const empty = { ...part, effect: part.effect.map(() => 0) };
  assertThrows(() => boundTotals([empty]), RangeError, "active latents that do something");
});
