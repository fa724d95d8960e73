import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { heldFixed } from "../../../lib/interactions/agreement/held_fixed.ts";
import { rankR2 } from "../../../lib/interactions/agreement/rank_r2.ts";
import { partialSpearman } from "../../../lib/numerics/partial_rank_correlation.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { spearman } from "../../../lib/numerics/rank_correlation.ts";

/**
 * Planted: the truth is size + interaction + noise. `blind` reads the size alone, `sees` both.
 */
function planted(n: number) {
  const random = stream(0, "planted");
  const [size, interaction, noise, a, b] = [0, 1, 2, 3, 4].map(() => random.normals(n));
  const sum = (...parts: Float32Array[]) =>
    size.map((_, i) => parts.reduce((total, part) => total + part[i], 0));
  const twice = size.map((x) => 2 * x);
  return {
    truths: { ablation: sum(twice, interaction, noise) },
    metrics: {
      blind: sum(twice, a),
      sees: sum(twice, interaction, b),
      random: random.normals(n),
      same: new Float32Array(n),
      size: size.map((x) => x ** 3),
    },
    controls: { raw: {}, size: { size: size.map(Math.exp) } },
  };
}

Deno.test("heldFixed() tells a metric that sees the interaction from one that sees the size", () => {
  const { raw, size } = heldFixed(planted(3000));
  assert(raw.ablation.blind! > 0.6 && raw.ablation.sees! > 0.7);
  assert(Math.abs(size.ablation.blind!) < 0.05, `${size.ablation.blind}`);
  // planted correlation of interaction + noise with interaction + b is 1 / 2
  assertAlmostEquals(size.ablation.sees!, 0.48, 0.05);
  for (const set of [raw, size]) assert(Math.abs(set.ablation.random!) < 0.05);
});

Deno.test("heldFixed() equals the coefficients taken one by one, and none where nothing is left", () => {
  const { metrics, truths, controls } = planted(50);
  const { raw, size } = heldFixed({ metrics, truths, controls });
  assertAlmostEquals(raw.ablation.sees!, spearman(metrics.sees, truths.ablation), 1e-12);
  const held = [controls.size.size];
  const expected = partialSpearman(metrics.sees, truths.ablation, held);
  assertAlmostEquals(size.ablation.sees!, expected, 1e-12);
  assertEquals([raw.ablation.same, size.ablation.size], [null, null]);
  assert(raw.ablation.size !== null);
});

Deno.test("heldFixed() does not see a monotone change of any column", () => {
  const { metrics, truths, controls } = planted(50);
  const before = heldFixed({ metrics, truths, controls });
  const steep = (values: Float32Array) => Float64Array.from(values, (x) => Math.sinh(x));
  const after = heldFixed({
    metrics: { ...metrics, sees: steep(metrics.sees) },
    truths: { ablation: steep(truths.ablation) },
    controls: { raw: {}, size: { size: steep(controls.size.size) } },
  });
  assertEquals(after, before);
});

Deno.test("heldFixed() is 0 on average where the pairs of the truth are shuffled", () => {
  const { metrics, truths, controls } = planted(200);
  const random = stream(3, "test");
  const values = Array.from({ length: 60 }, () => {
    const ablation = random.shuffle(truths.ablation.slice());
    return heldFixed({ metrics, truths: { ablation }, controls }).size.ablation.sees!;
  });
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
  assert(Math.abs(mean) < 3 * sd / Math.sqrt(60), `${mean}`);
  assert(Math.abs(sd - 1 / Math.sqrt(197)) < 0.02, `${sd}`); // 1 / sqrt(n - controls - 2)
});

Deno.test("heldFixed() refuses columns of other pairs, and truths that the controls determine", () => {
  const { metrics, truths, controls } = planted(20);
  const short = { metrics: { sees: [1, 2] }, truths, controls };
  assertThrows(() => heldFixed(short), RangeError, 'expected 20 pairs but found 2 in "sees"');
  const wrong = { metrics, truths: { size: controls.size.size }, controls };
  assertThrows(() => heldFixed(wrong), RangeError, "a function of size");
  const none = { metrics: { sees: [NaN, 1] }, truths: { a: [1, 2] }, controls: {} };
  assertThrows(() => heldFixed(none), RangeError, "NaN at 0 of 2");
});

Deno.test("rankR2() rises with a metric that sees the interaction, not with one that sees the size", () => {
  const { metrics, truths, controls } = planted(2000);
  const added = (metric: Float32Array) => {
    const input = { metrics: { metric }, truths, controls: controls.size };
    const { ablation } = rankR2(input, { seed: 0 });
    return ablation.withMetrics - ablation.controls;
  };
  assert(added(metrics.sees) > 0.05, `${added(metrics.sees)}`);
  assert(Math.abs(added(metrics.blind)) < 0.01);
  assert(Math.abs(added(metrics.random)) < 0.01);
});

Deno.test("rankR2() lets a control act along a curve", () => {
  const x = Array.from({ length: 200 }, (_, i) => i - 99.7);
  const bowl = { bowl: x.map((v) => v * v) };
  const { bowl: r2 } = rankR2({ metrics: {}, truths: bowl, controls: { x } }, { seed: 0 });
  assert(r2.controls > 0.9, `${r2.controls}`);
});
