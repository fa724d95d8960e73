import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  matchFeatures,
  precisionAt,
  randomDictionary,
  recallAt,
} from "../../../lib/crosscoder/planted/match.ts";
import { plantedTask } from "../../../lib/crosscoder/planted/task.ts";
import { stream } from "../../../lib/numerics/random.ts";

const vectors = (...rows: number[][]) => ({
  shape: [rows.length, 1, rows[0].length],
  data: Float32Array.from(rows.flat()),
});

Deno.test("matchFeatures() finds every feature in a shuffled, scaled copy of the dictionary", () => {
  const options = { n_features: 30, n_sites: 2, d_in: 8, L0: 3, zipf: 0, partial: 0.3, noise: 0 };
  const { directions } = plantedTask(options, stream(0, "task"));
  const order = stream(0, "order").permutation(30), data = new Float32Array(30 * 16);
  order.forEach((from, to) => {
    for (let j = 0; j < 16; j++) data[to * 16 + j] = (1 + to) * directions.data[from * 16 + j];
  });
  const match = matchFeatures({ shape: [30, 2, 8], data }, directions);
  match.latent.forEach((latent, feature) => assertEquals(order[latent], feature));
  assertAlmostEquals(Math.min(...match.cosine), 1, 1e-6);
  assertEquals(recallAt(match, 0.999), { count: 30, of: 30 });
});

Deno.test("matchFeatures() counts a copy of a found feature as wrong", () => {
  const match = matchFeatures(
    vectors([1, 0, 0], [1, 0.1, 0], [-1, 0, 0]),
    vectors([1, 0, 0], [0, 1, 0]),
  );
  // Latent 0 is feature 0; latent 1, nearly the same, has to be feature 1, at a cosine of 0.1.
  assertEquals([...match.latent], [0, 1]);
  assertAlmostEquals(match.cosine[1], 0.1 / Math.hypot(1, 0.1), 1e-6);
  assertEquals(recallAt(match, 0.7), { count: 1, of: 2 });
  assertEquals(precisionAt(match, 0.7, [true, true, true]), { count: 1, of: 3 });
  assertEquals(precisionAt(match, 0.7, [true, true, false]), { count: 1, of: 2 });
});

Deno.test("matchFeatures() takes no opposite direction, no dead latent, and fewer latents than features", () => {
  const features = vectors([1, 0], [0, 1], [1, 1]);
  const match = matchFeatures(vectors([0, 0], [-1, 0]), features);
  assertEquals(match.latent.filter((latent) => latent < 0).length, 1);
  assertEquals(recallAt(match, 0.1).count, 0);
  assertEquals(recallAt(match, 0.7, (i) => i < 2).of, 2);
});

Deno.test("recallAt() of a random dictionary is as small as chance", () => {
  const options = { n_features: 128, n_sites: 2, d_in: 32, L0: 3, zipf: 0, partial: 0, noise: 0 };
  const { directions } = plantedTask(options, stream(0, "task"));
  const dictionary = randomDictionary([128, 2, 32], stream(0, "control"));
  const match = matchFeatures(dictionary, directions);
  // Cosines in 64 dimensions have a deviation of 1/8: the best of 128 stays below 0.7.
  assertEquals(recallAt(match, 0.7).count, 0);
  assert(match.cosine.every((cosine) => cosine > -1 && cosine < 0.7));
});

Deno.test("matchFeatures() refuses decoder vectors of another length", () => {
  assertThrows(
    () => matchFeatures(vectors([1, 0, 0]), vectors([1, 0])),
    RangeError,
    "expected decoder vectors [1,2]",
  );
});
