import { assertAlmostEquals, assertEquals } from "@std/assert";
import { overLargest, siteCosines, siteNorms } from "../../lib/crosscoder/site_profiles.ts";

// two latents at three sites of two numbers; the second one has no vector at the last site
const W_dec = {
  shape: [2, 3, 2],
  data: Float32Array.of(3, 4, 0, 2, 1, 0, 6, 8, 0, 5, 0, 0),
};

Deno.test("siteNorms() takes a latent's norms at all sites, times the scale of each", () => {
  assertEquals(siteNorms(W_dec, 0), [5, 2, 1]);
  assertEquals(siteNorms(W_dec, 1), [10, 5, 0]);
  assertEquals(siteNorms(W_dec, 1, [1, 4, 7]), [10, 20, 0]);
});

Deno.test("overLargest() makes the largest 1, and leaves zeros", () => {
  assertEquals(overLargest([10, 5, 0]), [1, 0.5, 0]);
  assertEquals(overLargest([0, 0]), [0, 0]);
});

Deno.test("siteCosines() compares a latent's vectors at any two sites, 0 where one is missing", () => {
  const expected = [1, 0.8, 0.6, 0.8, 1, 0, 0.6, 0, 1];
  siteCosines(W_dec, 0).forEach((cosine, i) => assertAlmostEquals(cosine, expected[i], 1e-12));
  assertEquals(siteCosines(W_dec, 1).slice(6), [0, 0, 0]);
});
