// Lengths of single draws as they were counted by hand; limits by SciPy (beta.isf).
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  errorOf,
  gapAt,
  missedBy,
  reach,
  samplersOf,
} from "../../../lib/proofs/run/proof_or_draws.ts";
import type { SampledRow } from "../../../lib/proofs/run/sampled.ts";

const row = (method: SampledRow["method"], certain: string): SampledRow => ({
  ...{ method, certain, draws: 1000, counted: 250, estimate: 0.999, standardError: 1e-4 },
  ...{ atLeast: { "0.99": certain, "0.999999": certain }, setFlops: 1000, drawFlops: 9e5 },
});
const model = (K: number) => ({
  ...{ K, v: 64, accuracy: { value: 0.999, standardError: 0 } },
  sampled: [row("sampled", "0"), row("sampled/N5", `${64n ** BigInt(K) * 249n / 250n}`)],
});
const sizes = { d_model: 32, d_head: 32 };

Deno.test("samplersOf() knows what a draw costs, by tables, by a forward pass, and from N5's sets", () => {
  const each = [4, 5, 10, 20].map((K) => samplersOf(model(K), sizes).tables.each);
  assertEquals(each, [711, 841, 1491, 2791]);
  const passes = [4, 5, 10, 20].map((K) => samplersOf(model(K), sizes).forward.each);
  assertEquals(passes, [12818, 12983, 13808, 15458]);
  const { sets } = samplersOf(model(4), sizes);
  assertEquals([sets.once, sets.each], [1000, 900]);
  assertAlmostEquals(sets.from, 0.004, 1e-7);
  assertAlmostEquals(sets.share, 0.25, 1e-5);
});

Deno.test("reach() finds the draws whose gap or error is as small as a theorem's", () => {
  const sampler = { once: 1e6, each: 700, from: 1, share: 1e-3 };
  const found = reach(sampler, 1e-4, errorOf);
  assertAlmostEquals(found.draws, 1e-3 * 0.999 / 1e-8, 1);
  assertAlmostEquals(found.flops, 1e6 + 700 * found.draws, 1);
  const gap = (draws: number) => gapAt(1e-6)(sampler, draws);
  assertAlmostEquals(gap(20000), 0.0025153092853074936 - 1e-3, 3e-6); // 20 of 20,000
  const { draws } = reach(sampler, gap(54321), gapAt(1e-6));
  assertAlmostEquals(draws, 54321, 1);
  assert(reach(sampler, 0, errorOf).draws >= 2 ** 69); // no number of draws
});

Deno.test("missedBy() takes the middle of both ends as an estimate, or the lower end alone", () => {
  const accurate = { accuracy: { value: 0.94, standardError: 0 } };
  const both = missedBy({ bound: 0.9, atMost: 0.96 }, accurate);
  assertAlmostEquals(both.gap, 0.04, 1e-12);
  assertAlmostEquals(both.error, 0.01, 1e-12);
  const one = missedBy({ bound: 0.9 }, accurate);
  assertEquals([one.gap, one.error], [both.gap, both.gap]);
  assertEquals(missedBy({ bound: 0.95 }, accurate).gap, 0); // above an estimate of the accuracy
});
