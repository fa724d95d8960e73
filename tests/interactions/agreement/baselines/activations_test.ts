import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { coActivation } from "../../../../lib/interactions/agreement/baselines/co_activation.ts";
import {
  latentMeans,
  normalised,
  productOfMeans,
} from "../../../../lib/interactions/agreement/baselines/latent_means.ts";
import { activeLatents } from "../../../../lib/crosscoder/active_latents.ts";
import { stream } from "../../../../lib/numerics/random.ts";
import { pearson } from "../../../../lib/numerics/rank_correlation.ts";

const d_sae = 5, tokens = 60;
const random = stream(0, "acts");
const acts = Float32Array.from({ length: tokens * d_sae }, () => Math.max(0, random.normal()));
const column = (i: number) => Array.from({ length: tokens }, (_, t) => acts[t * d_sae + i]);
const pairs = { d_sae, i: Uint32Array.of(0, 0, 2), j: Uint32Array.of(1, 4, 3) };
const cut = 23 * d_sae; // two parts of unlike length
const parts = [activeLatents(acts.slice(0, cut), d_sae), activeLatents(acts.slice(cut), d_sae)];

Deno.test("coActivation() over two parts is what the dense columns give", () => {
  const found = coActivation(parts, pairs);
  pairs.i.forEach((i, p) => {
    const a = column(i), b = column(pairs.j[p]);
    const mean = (value: (t: number) => number) =>
      a.reduce((sum, _, t) => sum + value(t), 0) / tokens;
    const both = mean((t) => Number(a[t] > 0 && b[t] > 0));
    const [one, other] = [a, b].map((acts) => mean((t) => Number(acts[t] > 0)));
    assertEquals(found.count[p], Math.round(both * tokens));
    assertAlmostEquals(found.pmi[p], Math.log(both / (one * other)), 1e-12);
    assertAlmostEquals(found.jaccard[p], both / (one + other - both), 1e-12);
    assertAlmostEquals(found.correlation[p], pearson(a, b), 1e-12);
    const product = mean((t) => a[t] * b[t]);
    const size = Math.sqrt(mean((t) => a[t] ** 2) * mean((t) => b[t] ** 2));
    assertAlmostEquals(found.cosine[p], product / size, 1e-12);
    assertAlmostEquals(found.product[p], product / both, 1e-12);
  });
});

Deno.test("coActivation() of a pair that never meets, and of a latent that never is", () => {
  const active = activeLatents(Float32Array.of(1, 0, 0, 0, 1, 0), 3);
  const never = { d_sae: 3, i: Uint32Array.of(0), j: Uint32Array.of(1) };
  const { count, pmi, product, correlation } = coActivation([active], never);
  assertEquals([count[0], pmi[0], product[0], correlation[0]], [0, -Infinity, 0, -1]);
  const silent = { ...never, j: Uint32Array.of(2) };
  assertThrows(() => coActivation([active], silent), RangeError, "that 2 never is");
  const other = { ...never, d_sae: 4 };
  assertThrows(() => coActivation([active], other), RangeError, "4 latents but found 3");
});

Deno.test("latentMeans() averages over the tokens where a latent is active, in all parts", () => {
  const values = parts.map(({ act }) => act.map((x) => 2 * x));
  const means = latentMeans(parts.map((active, at) => ({ active, values: values[at] })));
  const own = column(3).filter((x) => x > 0);
  assertEquals(means.count[3], own.length);
  assertAlmostEquals(means.mean[3], own.reduce((s, x) => s + 2 * x, 0) / own.length, 1e-12);
  assertAlmostEquals(means.square[3], own.reduce((s, x) => s + 4 * x * x, 0) / own.length, 1e-12);
  assertThrows(() => latentMeans([{ active: parts[0], values: [1] }]), RangeError, "found 1 of 5");
  assertThrows(() => latentMeans([]), RangeError, "found none");
});

Deno.test("productOfMeans() and normalised() take both latents of each pair", () => {
  const mean = [4, 9, 1, 16, 25];
  assertEquals([...productOfMeans(pairs, { mean: Float64Array.from(mean) })], [6, 10, 4]);
  const square = Float64Array.of(4, 9, 0, 16, 25);
  assertEquals([...normalised([12, 5, 7], pairs, { square })], [2, 0.5, 0]);
  assert(square.length === d_sae);
});
