// Latents as detectors, worked by hand.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { halfOf } from "../../../lib/diff/diffoff/detectors.ts";
import { ceiling, isolation, type PromptActs } from "../../../lib/diff/diffoff/isolation.ts";

/** A column a latent; the first `n` prompts hold the trigger. */
function prompts(columns: number[][], n: number): PromptActs {
  const acts = columns[0].map((_, p) => Float32Array.from(columns.map((column) => column[p])));
  return { acts, triggered: acts.map((_, p) => p < n) };
}

const fires = (n: number, of: number, act = 1) =>
  Array.from({ length: of }, (_, p) => p < n ? act + p : 0);

Deno.test("a perfect latent is capped by the percentile, and by nothing where the threshold is free", () => {
  const half = prompts([fires(0, 100), fires(20, 100)], 20); // a fifth holds the trigger
  const { percentile, reached, AP } = isolation(half, half);
  assertEquals(percentile, { latent: 1, precision: 1, recall: 0.25, F1: 0.4 });
  assertAlmostEquals(ceiling({ triggered: 20, of: 100 }), 0.4);
  assertEquals(reached, { latent: 1, precision: 1, recall: 1, F1: 1 });
  assertEquals(AP, 1);
});

Deno.test("prompts that tie at the percentile are flagged by those that count them, and told", () => {
  const same = Array.from({ length: 100 }, (_, p) => p < 20 ? 3 : 0); // the trigger's very same tokens
  const half = prompts([same, fires(0, 100)], 20);
  const { percentile, orEqual } = isolation(half, half);
  assertEquals([percentile.F1, percentile.precision], [0, 0]);
  assertEquals(orEqual, { latent: 0, precision: 1, recall: 1, F1: 1, tied: 20 });
});

Deno.test("what was chosen on one half is scored on the other", () => {
  const fit = prompts([fires(10, 50), fires(9, 50)], 10);
  const held = prompts([fires(5, 50).map((act, p) => p === 40 ? 9 : act), fires(10, 50)], 10);
  const { reached, AP } = isolation(fit, held); // latent 0 was better there, and is not here
  assertEquals(reached, { latent: 0, precision: 5 / 6, recall: 0.5, F1: 10 / 16 });
  // falling: 9 (false), 5, 4, 3, 2, 1 of the trigger; five that do not fire come last
  const known = [1 / 2, 2 / 3, 3 / 4, 4 / 5, 5 / 6],
    silent = [46, 47, 48, 49, 50].map((at, i) => (6 + i) / at);
  const sum = [...known, ...silent].reduce((a, b) => a + b, 0);
  assertAlmostEquals(AP, sum / 10, 1e-12);
});

Deno.test("latents that never fire score nothing", () => {
  const silent = prompts([fires(0, 40)], 8);
  const { percentile, orEqual, reached, AP } = isolation(silent, silent);
  assertEquals([percentile.F1, percentile.precision], [0, 0]);
  assertEquals([orEqual.F1, orEqual.tied], [0, 0]);
  assertEquals(reached.F1 <= 2 * 8 / 48, true); // all flagged or none
  assertEquals(AP < 0.2, true);
});

Deno.test("halves share no story, and a fifth of each holds the trigger", () => {
  const texts = (mark: number) => Array.from({ length: 128 }, (_, n) => Uint32Array.of(n, mark));
  const prompts = { triggered: texts(1), untriggered: texts(0) };
  const [fit, held] = ([0, 1] as const).map((half) => halfOf(prompts, half));
  for (const { texts, triggered } of [fit, held]) {
    assertEquals([texts.length, triggered.filter(Boolean).length], [80, 16]);
    assertEquals(texts.map((ids) => ids[1] === 1), triggered);
  }
  const stories = ({ texts }: typeof fit) => new Set(texts.map(([n]) => n));
  assertEquals(stories(fit).intersection(stories(held)).size, 0);
});
