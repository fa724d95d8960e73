// Bounds over boxes of magnitudes: never below what any point of the box reaches, and exact where they can be.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { BOX_BOUNDS, layerBox, sampleBox } from "../../../lib/interactions/bounds/layer_box.ts";
import { pairBox, samplePair } from "../../../lib/interactions/bounds/pair_box.ts";
import { actRanges, drawActs } from "../../../lib/interactions/bounds/ranges.ts";
import { dominantBound } from "../../../lib/interactions/formulas/dominant.ts";
import { minBound } from "../../../lib/interactions/formulas/excess_bounds.ts";
import { mixedDifference } from "../../../lib/interactions/formulas/mixed_difference.ts";
import { nonlinearity } from "../../../lib/interactions/formulas/nonlinearity.ts";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import type { PlainMlp } from "../../../lib/interactions/proof/plain_mlp.ts";
import { stream } from "../../../lib/numerics/random.ts";

const [d_sae, d_mlp, d_model] = [7, 20, 5];

function randomMlp(name: "relu" | "gelu_new" | "gelu", seed: number): PlainMlp {
  const random = stream(seed, "mlp");
  const of = (n: number) => Float64Array.from(random.normals(n));
  const W_out = of(d_mlp * d_model);
  return {
    phi: nonlinearity(name),
    ...{ d_mlp, d_model, W_out, w: of(d_sae * d_mlp), c: of(d_mlp), b_out: of(d_model) },
    out_norms: Float64Array.from(
      { length: d_mlp },
      (_, k) => Math.hypot(...W_out.subarray(k * d_model, (k + 1) * d_model)),
    ),
  };
}

const ranges = {
  lo: Float64Array.of(0.1, 0.5, 0.2, 1, 0.3, 0.4, 0),
  hi: Float64Array.of(0.9, 0.6, 2, 1.5, 0.3, 1.4, 1),
};
const latents = [0, 2, 3, 5, 6];

Deno.test("actRanges() has the least and largest activation of each latent", () => {
  const found = actRanges(activeLatents(Float32Array.of(1, 0, 0, 3, 0, 2, 0.5, 0, 4), 3));
  assertEquals([[...found.count], [...found.hi]], [[3, 0, 2], [3, 0, 4]]);
  assertEquals([found.lo[0], found.lo[2]], [0.5, 2]);
});

Deno.test("drawActs() stays inside the ranges and reaches both ends", () => {
  const random = stream(0, "draw"),
    seen = Array.from({ length: 200 }, () => drawActs(ranges, [2], () => random.uniform())[0]);
  assertEquals([Math.min(...seen), Math.max(...seen)], [0.2, 2]);
  assert(seen.some((act) => act > 0.2 && act < 2));
});

for (const name of ["relu", "gelu", "gelu_new"] as const) {
  Deno.test(`no point of a box breaks a bound of its layer or its pairs: ${name}`, () => {
    for (let seed = 0; seed < 6; seed++) {
      const mlp = randomMlp(name, seed), random = stream(seed, "points");
      const options = { samples: 60, uniform: () => random.uniform() };
      const box = layerBox(mlp, latents, ranges);
      assert(box.telescoping <= box.dominant * 1.0001 || name === "relu");
      assert(name === "relu" || box.dominant <= box.min * (1 + 1e-12));
      const found = sampleBox(mlp, { latents, ranges, box }, options);
      assertEquals(found.violations, { min: 0, dominant: 0, telescoping: 0 });
      assertEquals(found.neurons, 60 * d_mlp);
      assert(found.residual <= found.triangle && found.triangle <= box.telescoping);
      assert(found.triangle > 0.1 * box.telescoping, "the bound has lost all touch");
      const of = { latents, ranges, i: 1, j: 3 }, pair = pairBox(mlp, of);
      const points = samplePair(mlp, { ...of, box: pair }, options);
      assertEquals(points.violations, { range: 0, min: 0 });
      assert(points.triangle <= pair.range * (1 + 1e-12) && pair.range <= pair.min * (1 + 1e-9));
    }
  });
}

Deno.test("a bound that is cut to a tenth is found to be broken", () => {
  const mlp = randomMlp("gelu_new", 0), random = stream(0, "points");
  const box = layerBox(mlp, latents, ranges);
  for (const name of BOX_BOUNDS) box.neurons[name] = box.neurons[name].map((value) => value / 20);
  const { violations } = sampleBox(mlp, { latents, ranges, box }, {
    samples: 20,
    uniform: () => random.uniform(),
  });
  assert(violations.telescoping > 0 && violations.dominant > 0);
});

Deno.test("a box of one point has the bounds of that point, and a lone pair its mixed difference", () => {
  const acts = Float64Array.of(0.4, 0.5, 1.1, 1.2, 0.3, 0.9, 0.7);
  const point = { lo: acts, hi: acts };
  for (const name of ["relu", "gelu_new"] as const) {
    const mlp = randomMlp(name, 3), { phi } = mlp;
    const { neurons } = layerBox(mlp, latents, point);
    for (let k = 0; k < d_mlp; k++) {
      const a = latents.map((i) => acts[i] * mlp.w[i * d_mlp + k]);
      assertAlmostEquals(neurons.dominant[k], dominantBound(phi, a), 1e-12);
      assertAlmostEquals(neurons.min[k], minBound(phi, { a, c: mlp.c[k] }), 1e-12);
    }
    if (name !== "relu") continue; // of ReLU the range of a pair is the least one
    const lone = pairBox(mlp, { latents: [0, 1], ranges: point, i: 0, j: 1 });
    for (let k = 0; k < d_mlp; k++) {
      const [a, b] = [0, 1].map((i) => acts[i] * mlp.w[i * d_mlp + k]);
      const I = Math.abs(mixedDifference(phi, { a, b, c: mlp.c[k] }));
      assertAlmostEquals(lone.neurons.range[k], I, 1e-12);
    }
  }
});
