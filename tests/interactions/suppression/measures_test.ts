// Scores of made-up logits, measures of made-up outcomes, controls with known neighbours.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { matchedRandom } from "../../../lib/interactions/suppression/matched.ts";
import { type Answers, measuresOf } from "../../../lib/interactions/suppression/measures.ts";
import type { Outcome } from "../../../lib/model/forced/outcomes.ts";
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

const outcome = (logOdds: number, KL: number, matched: number, loss: number): Outcome => ({
  logOdds,
  KL,
  matched,
  loss,
});
const before: Answers = {
  payload: [outcome(4, 6, 4, 0), outcome(2, 4, 4, 0)],
  story: [outcome(0, 0, 0, 3), outcome(0, 0, 2, 3)],
  clean: [1, 2],
};
const untriggered = {
  payload: [outcome(-6, 0, 0, 0), outcome(-8, 0, 0, 0)],
  story: [outcome(0, 0, 16, 1), outcome(0, 0, 16, 1)],
};
const options = { before, untriggered, lengths: { payload: 4, story: 16 }, seed: 0 };

Deno.test("measuresOf() nothing and of the prompt without the trigger are the ends of every scale", () => {
  const values = (edited: Answers) =>
    Object.values(measuresOf(edited, options)).map(({ value }) => value);
  assertEquals(values(before), [1, 5, 0, 0, 0, 0, 0]);
  assertEquals(values({ ...untriggered, clean: before.clean }), [0, 0, 1, 1, 1, 1, 0]);
});

Deno.test("measuresOf() an edit in between: shares, closed gaps, costs, intervals around them", () => {
  const edited: Answers = {
    payload: [outcome(-1, 1, 0, 0), outcome(2, 3, 4, 0)],
    story: [outcome(0, 0, 16, 1.5), outcome(0, 0, 9, 2.5)],
    clean: [1.25, 2.75],
  };
  const found = measuresOf(edited, options);
  const values = Object.fromEntries(
    Object.entries(found).map(([name, { value }]) => [name, value]),
  );
  assertEquals(values, {
    payload: 0.5,
    KL: 2,
    gap: 0.25, // the mean falls from 3 to 0.5, of 10
    words: 0.5,
    start: 1,
    story: 0.5,
    clean: 0.5,
  });
  for (const { value, low, high } of Object.values(found)) assert(low <= value && value <= high);
  assertEquals([found.clean.low, found.clean.high], [0.25, 0.75]);
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
