import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { pairInstances } from "../../../lib/interactions/pairs/instances.ts";
import { pairScores } from "../../../lib/interactions/pairs/pair_scores.ts";
import { blocksOf } from "../../../lib/interactions/players/blocks.ts";
import { makePlayers } from "../../../lib/interactions/players/players.ts";
import { textParts } from "../../../lib/crosscoder/text_parts.ts";
import { pairEvidence } from "../../../lib/interactions/ranking/cards.ts";
import { latentPlaces } from "../../../lib/interactions/ranking/latent_places.ts";
import { pairPoints } from "../../../lib/interactions/ranking/pair_points.ts";
import { sortedPairs } from "../../../lib/interactions/ranking/sorted_pairs.ts";
import { keepStrongest, type Ranked } from "../../../lib/interactions/ranking/strongest.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { randomCoder, randomModel, randomText } from "../util.ts";

Deno.test("keepStrongest() keeps the largest, the first of equals before the others", () => {
  const list: Ranked<string>[] = [];
  [["a", 1], ["b", 3], ["c", 3], ["d", 2], ["e", 3]].forEach(([item, value]) =>
    keepStrongest(list, 3, value as number, item as string)
  );
  assertEquals(list.map(({ item }) => item), ["b", "c", "e"]);
});

Deno.test("sortedPairs() sorts by i, then j, and says where each stood", () => {
  const { pairs, order } = sortedPairs([{ i: 3, j: 4 }, { i: 1, j: 9 }, { i: 1, j: 2 }], 10);
  assertEquals([[...pairs.i], [...pairs.j], order], [[1, 1, 3], [2, 9, 4], [2, 1, 0]]);
});

Deno.test("pairPoints() adds up along v: both = i alone + j alone + what the pair adds", () => {
  const mlp = {
    activation: "relu" as const,
    W_out: { shape: [2, 2], data: Float32Array.of(3, 4, 0, 1) },
    b_out: { shape: [2], data: Float32Array.of(1, 0) },
  };
  // neuron 0: 2 + 1 over a rest of −1, neuron 1 is off whatever happens
  const points = pairPoints(mlp, { a: [2, 0], b: [1, 0], z: [2, -5] });
  assertEquals(points.neither, { norm: 1, along: 0 });
  // h is 2, 1 without j, 0 without i, 0 with neither: v = 1 · (3, 4)
  assertAlmostEquals(points.both.along, 10, 1e-12);
  assertAlmostEquals(points.onlyI.along, 5, 1e-12);
  assertAlmostEquals(points.onlyJ.along, 0, 1e-12);
  assertAlmostEquals(points.both.norm, Math.hypot(7, 8), 1e-12);
});

Deno.test("pairEvidence() finds the strongest tokens, and their four points give ‖v‖ of the kernels", async () => {
  const [{ gpu }] = devices, model = randomModel(gpu), coder = randomCoder();
  const text = randomText(18) // more than one part
    .map((ids) => Uint32Array.from(ids));
  const blocks = await blocksOf(model, coder), { site, mlp, layer } = blocks[1];
  const strongest = new Map<string, { i: number; j: number; value: number; token: number }>();
  for await (const part of textParts(model, coder, text)) {
    const instances = pairInstances(part.active), { i, j } = instances.pairs;
    using players = makePlayers(gpu, { mlp, coder, site, part });
    const { removal } = await pairScores(players, instances, { metrics: ["removal"] });
    instances.pair.forEach((p, at) => {
      const key = `${i[p]} ${j[p]}`, value = removal[at];
      if (value <= (strongest.get(key)?.value ?? -1)) return;
      strongest.set(key, { i: i[p], j: j[p], value, token: part.first + instances.token[at] });
    });
  }
  // those of the second part first, whose tokens are not its own numbers
  const wanted = [...strongest.values()].sort((a, b) => b.token - a.token).slice(0, 5);
  assert(wanted[0].token >= 16 * 7);
  const { pairs, order } = sortedPairs(wanted, 14);
  const options = { pairs, layers: Array(5).fill(layer), text, places: 2, tokens: 8 };
  const found = await pairEvidence(model, coder, options);
  found.forEach(({ together, points, positive, steady, alone }, p) => {
    const { value, token } = wanted[order[p]];
    assertEquals([together[0].value, together[0].item], [value, token]);
    const { both, onlyI, onlyJ } = points;
    assertAlmostEquals(both.along - onlyI.along - onlyJ.along, value, 1e-5);
    assert(positive >= 0 && positive <= 1 && steady > 0 && steady <= 1 + 1e-12);
    for (const { item } of [...alone.i, ...alone.j]) {
      assert(together.every((place) => place.item !== item));
    }
  });
  const latent = wanted[0].i,
    [own] = (await latentPlaces(model, coder, {
      latents: [latent],
      text,
      places: 1,
    })).values();
  let most = 0;
  for await (const { active } of textParts(model, coder, text)) {
    active.act.forEach((act, e) => most = active.latent[e] === latent ? Math.max(most, act) : most);
  }
  assertEquals(own.map(({ value }) => value), [most]);
  const never = { ...options, pairs: { d_sae: 14, i: Uint32Array.of(0), j: Uint32Array.of(1) } };
  const dead = {
    ...coder,
    arrays: { ...coder.arrays, b_enc: structuredClone(coder.arrays.b_enc) },
  };
  dead.arrays.b_enc.data[0] = -1e4;
  await assertRejects(
    () => pairEvidence(model, dead, { ...never, layers: [layer] }),
    RangeError,
    "latents 0 and 1 to meet",
  );
});

Deno.test("pairEvidence() refuses no places, where there would be no token to show", async () => {
  const [{ gpu }] = devices, text = randomText(2).map((ids) => Uint32Array.from(ids));
  const pairs = { d_sae: 14, i: Uint32Array.of(0), j: Uint32Array.of(1) };
  await assertRejects(
    () =>
      pairEvidence(randomModel(gpu), randomCoder(), {
        ...{ pairs, layers: [0], text, places: 0, tokens: 5 },
      }),
    RangeError,
    "expected places to be a whole number from 1 but found 0",
  );
});
