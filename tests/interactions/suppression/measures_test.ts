// Scores of made-up logits, controls with known neighbours.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { matchedRandom } from "../../../lib/interactions/suppression/matched.ts";
import { divergence, logOdds, matched, surprise } from "../../../lib/model/forced/scores.ts";
import { stream } from "../../../lib/numerics/random.ts";

const logs = (...p: number[]) => Float32Array.from(p, Math.log);

Deno.test("scores of logits are those of the probabilities, and log-odds do not saturate", () => {
  const p = logs(0.5, 0.25, 0.25), q = logs(0.25, 0.25, 0.5);
  assertAlmostEquals(surprise(p, 0), Math.LN2, 1e-6);
  assertAlmostEquals(logOdds(p, 1), Math.log(1 / 3), 1e-6);
  assertAlmostEquals(divergence(p, q), 0.5 * Math.LN2 - 0.25 * Math.LN2, 1e-6);
  assertEquals(divergence(q, q), 0);
  assertAlmostEquals(logOdds(Float32Array.of(30, 0), 0), 30, 1e-6);
  assertEquals(matched([p, q, p], [0, 2, 1]), 2);
  assertEquals(matched([p, q], [0, 2]), 2);
  assertEquals(matched([logs(0.5, 0.5)], [1]), 0); // the lowest id among equals
});

Deno.test("matchedRandom() draws others that are alike, each once, none that is barred", () => {
  const items = Array.from({ length: 60 }, (_, n) => n);
  const size = (n: number) => 2 ** Math.floor(n / 10); // six groups of ten alike
  const traits = { count: Float64Array.from(items, size), main: Float64Array.from(items, size) };
  const chosen = [3, 14, 55], random = stream(0, "matched");
  const drawn = matchedRandom(traits, chosen, { barred: new Set(chosen), random });
  assertEquals(drawn.map((n) => Math.floor(n / 10)), [0, 1, 5]);
  assertEquals(drawn.some((n) => chosen.includes(n)), false);
  const all = matchedRandom(traits, items, { barred: new Set(chosen), random });
  assertEquals([all.length, new Set(all).size], [57, 57]);
});
