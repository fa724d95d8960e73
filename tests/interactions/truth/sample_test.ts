import { assert, assertEquals, assertThrows } from "@std/assert";
import { pairInstances } from "../../../lib/interactions/pairs/instances.ts";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import { chooseInstances } from "../../../lib/interactions/truth/choose.ts";
import { samplePairs } from "../../../lib/interactions/truth/sample_pairs.ts";
import { meetings, sampleTokens } from "../../../lib/interactions/truth/sample_tokens.ts";
import { stream } from "../../../lib/numerics/random.ts";

const POS = 5, D_SAE = 7, TOKENS = 40;
const random = stream(0, "acts");
const active = activeLatents(
  Float32Array.from({ length: TOKENS * D_SAE }, () => Math.max(0, random.normal())),
  D_SAE,
);

/** How often each pair meets, from the instances that the metrics have. */
function plainCounts(): Map<string, number> {
  const { pairs, pair, token } = pairInstances(active), counts = new Map<string, number>();
  pair.forEach((p, n) => {
    if (token[n] % POS === POS - 1) return;
    const key = `${pairs.i[p]} ${pairs.j[p]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  return counts;
}

Deno.test("meetings() counts what pairInstances() lists, the last tokens of sequences left out", () => {
  const counts = plainCounts();
  for (const least of [1, 9]) {
    const { pairs, count } = meetings(active, { pos: POS, least });
    assertEquals(pairs.i.length, [...counts.values()].filter((n) => n >= least).length);
    count.forEach((n, p) => assertEquals(n, counts.get(`${pairs.i[p]} ${pairs.j[p]}`)));
  }
  assertEquals(meetings(active, { pos: POS, least: TOKENS }).count.length, 0);
});

Deno.test("sampleTokens() draws each pair's own tokens, none twice, none that ends a sequence", () => {
  const { pairs, count } = meetings(active, { pos: POS });
  const options = { pos: POS, tokens: 6, random: stream(1, "tokens") };
  const { instances, short } = sampleTokens(active, pairs, { ...options, least: 1 });
  const { first, second, token, pair } = instances;
  token.forEach((t, n) => {
    assert(t % POS !== POS - 1 && active.start[t] <= first[n] && second[n] < active.start[t + 1]);
    assertEquals(active.latent[first[n]], pairs.i[pair[n]]);
    assertEquals(active.latent[second[n]], pairs.j[pair[n]]);
  });
  assertEquals(new Set(token.map((t, n) => pair[n] * TOKENS + t)).size, token.length);
  count.forEach((n, p) => {
    assertEquals(pair.filter((q) => q === p).length, Math.min(n, 6));
    assertEquals(short.includes(p), n < 6);
  });
});

Deno.test("sampleTokens() draws the same tokens for a pair whatever pairs stand beside it, others for other seeds", () => {
  const { pairs } = meetings(active, { pos: POS, least: 7 });
  const alone = { ...pairs, i: pairs.i.slice(3, 4), j: pairs.j.slice(3, 4) };
  const draw = (of: typeof pairs, seed: number) =>
    sampleTokens(active, of, { pos: POS, tokens: 4, random: stream(seed, "tokens") }).instances;
  const all = draw(pairs, 1);
  const own = all.token.filter((_, n) => all.pair[n] === 3);
  assertEquals(draw(alone, 1).token, own);
  const seeds = Array.from({ length: 9 }, (_, seed) => draw(alone, seed).token.join());
  assert(new Set(seeds).size > 3);
});

Deno.test("sampleTokens() refuses pairs that meet too seldom, and no pair at all", () => {
  const { pairs } = meetings(active, { pos: POS });
  const options = { pos: POS, tokens: 30, random: stream(1, "tokens") };
  assertThrows(
    () => sampleTokens(active, pairs, options),
    RangeError,
    "expected 30 tokens with latents 0 and 1",
  );
  const none = { ...pairs, i: new Uint32Array(0), j: new Uint32Array(0) };
  assertThrows(() => sampleTokens(active, none, options), RangeError, "no co-active pair");
});

/** Scores that go together with counts, as they do. */
function scores(pairs: number) {
  const random = stream(2, "scores");
  const count = Float64Array.from(
    { length: pairs },
    () => Math.floor(32 * Math.exp(random.normal())),
  );
  const score = count.map((n) => Math.log(n + 1) + random.normal());
  return { count, score, heads: { score, other: count.map(() => random.normal()) } };
}

Deno.test("meetings() and sampleTokens() refuse a length that the text is not made of", () => {
  const { pairs } = meetings(active, { pos: POS });
  const wrong = "expected whole sequences of 7 tokens but found 40 tokens";
  assertThrows(() => meetings(active, { pos: 7 }), RangeError, wrong);
  assertThrows(
    () => sampleTokens(active, pairs, { pos: 7, tokens: 1, random: stream(0, "tokens") }),
    RangeError,
    wrong,
  );
});

Deno.test("chooseInstances() refuses no score, since a sample is spread over the first one", () => {
  const { pairs, count } = meetings(active, { pos: POS });
  const sizes = { pairs: 4, cells: 2, top: 1, tokens: 2 };
  assertThrows(
    () =>
      chooseInstances({ pairs, count, scores: {} }, active, {
        ...{ ...sizes, pos: POS, random: stream(0, "choice") },
      }),
    RangeError,
    "Cannot choose instances by scores: expected a list of at least 1",
  );
});

Deno.test("samplePairs() takes as many from every cell of score and count, and the head of every score", () => {
  const given = scores(3000);
  const options = { pairs: 240, top: 5, cells: 4, random: stream(3, "pairs") };
  const chosen = samplePairs(given, options);
  const order = (values: ArrayLike<number>, p: number) =>
    Array.from(values).filter((value) => value < values[p]).length / values.length;
  const cells = new Map<string, number>();
  for (const p of chosen) {
    const cell = [given.score, given.count].map((v) => Math.min(3, Math.floor(4 * order(v, p))))
      .join();
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
  }
  // 16 cells, of which the two farthest from the diagonal hold few pairs; ties of the count blur the edges a little.
  const counts = [...cells.values()].sort((a, b) => a - b);
  assert(counts.filter((n) => n >= 15 && n <= 25).length >= 12, counts.join());
  assert(chosen.length >= 240 && chosen.length <= 250);
  assertEquals([...new Set(chosen)].sort((a, b) => a - b), [...chosen]);
  for (const values of Object.values(given.heads)) {
    const sizes = Array.from(values, Math.abs), head = [...sizes].sort((a, b) => b - a).slice(0, 5);
    for (const size of head) assert(chosen.includes(sizes.indexOf(size)));
  }
  assertEquals(samplePairs(given, options), chosen);
  assert(samplePairs(given, { ...options, random: stream(4, "pairs") }).join() !== chosen.join());
});

Deno.test("samplePairs() takes all where all are asked for, and refuses more", () => {
  const given = scores(50), options = { pairs: 50, top: 0, cells: 10, random: stream(3, "pairs") };
  assertEquals([...samplePairs(given, options)], Array.from({ length: 50 }, (_, p) => p));
  assertThrows(
    () => samplePairs(given, { ...options, pairs: 51 }),
    RangeError,
    "expected at least 51 pairs but found 50",
  );
  const none = { score: [], count: [], heads: {} };
  assertThrows(
    () => samplePairs(none, { ...options, pairs: 1 }),
    RangeError,
    "found no co-active pair",
  );
  assertThrows(
    () => samplePairs({ ...given, count: [1] }, options),
    RangeError,
    "found 1 in count",
  );
  const broken = { ...given, score: given.score.map((s, p) => p === 3 ? NaN : s) };
  assertThrows(() => samplePairs(broken, options), RangeError, "NaN at 3 of 50");
});
