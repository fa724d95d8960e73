import { assert, assertEquals, assertThrows } from "@std/assert";
import { affinityPropagation } from "../../../lib/interactions/ranking/affinity_propagation.ts";
import { interactionClusters } from "../../../lib/interactions/ranking/clusters.ts";
import { heldOutMember } from "../../../lib/interactions/ranking/held_out_member.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { blocks } from "./planted_table.ts";

/** The upper triangle as a list of pairs. */
function pairsOf(S: Float64Array, n: number) {
  const i = [], j = [], values = [];
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      i.push(a);
      j.push(b);
      values.push(S[a * n + b]);
    }
  }
  return { pairs: { d_sae: n, i: Uint32Array.from(i), j: Uint32Array.from(j) }, values };
}

Deno.test("affinityPropagation() finds planted blocks, whatever their sizes", () => {
  const { S, block, n } = blocks([12, 5, 8, 3]);
  const { exemplar, converged } = affinityPropagation(S);
  assert(converged);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) assertEquals(exemplar[a] === exemplar[b], block[a] === block[b]);
  }
});

Deno.test("affinityPropagation() finds the least cost that choosing exemplars can have", () => {
  // 9 points on a line: all 2^9 choices of exemplars tried
  const x = [0, 1, 1.4, 5, 5.3, 6.1, 11, 11.7, 12.1], n = x.length, preference = -6;
  const S = Float64Array.from(
    { length: n * n },
    (_, at) => -((x[at % n] - x[Math.floor(at / n)]) ** 2),
  );
  const net = (chosen: number[]) =>
    chosen.length * preference +
    x.reduce(
      (sum, _, i) => chosen.includes(i) ? sum : sum + Math.max(...chosen.map((k) => S[i * n + k])),
      0,
    );
  let best = -Infinity;
  for (let bits = 1; bits < 2 ** n; bits++) {
    best = Math.max(best, net([...x.keys()].filter((k) => bits >> k & 1)));
  }
  const { exemplar } = affinityPropagation(S, { preference });
  assertEquals(net([...new Set(exemplar)]), best);
  assertEquals(new Set(exemplar).size, 3);
});

/** The messages written down as they are defined, one entry at a time. */
function slowly(
  S: Float64Array,
  n: number,
  { preference, rounds }: Record<string, number>,
): number[] {
  const at = (values: number[][], i: number, k: number) => values[i][k];
  const square = (value: (i: number, k: number) => number) =>
    [...Array(n).keys()].map((i) => [...Array(n).keys()].map((k) => value(i, k)));
  const s = square((i, k) => i === k ? preference : S[i * n + k]);
  let r = square(() => 0), a = square(() => 0);
  const others = (...without: number[]) => [...Array(n).keys()].filter((x) => !without.includes(x));
  for (let round = 0; round < rounds; round++) {
    const before = a, told = r;
    r = square((i, k) =>
      0.9 * at(told, i, k) +
      0.1 * (s[i][k] - Math.max(...others(k).map((other) => before[i][other] + s[i][other])))
    );
    const now = r;
    a = square((i, k) => {
      const support = others(i, k).reduce((sum, other) => sum + Math.max(0, now[other][k]), 0);
      return 0.9 * before[i][k] + 0.1 * (i === k ? support : Math.min(0, now[k][k] + support));
    });
  }
  const chosen = [...Array(n).keys()].filter((k) => a[k][k] + r[k][k] > 0);
  return [...Array(n).keys()].map((i) =>
    chosen.includes(i)
      ? i
      : chosen.reduce((best, k) => s[i][k] > s[i][best] ? k : best, chosen[0] ?? i)
  );
}

Deno.test("affinityPropagation() sends the messages of Frey and Dueck, on tables without structure too", () => {
  const n = 14;
  let clusters = 0;
  for (let seed = 0; seed < 12; seed++) {
    const random = stream(seed, "table"), S = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) S[i * n + k] = S[k * n + i] = random.uniform();
    }
    for (const rounds of [12, 40, 90]) {
      const options = { preference: 0.4, iterations: rounds, steady: 1000 };
      const found = [...affinityPropagation(S, options).exemplar];
      assertEquals(found, slowly(S, n, { preference: 0.4, rounds }));
      clusters += new Set(found).size;
    }
  }
  assert(clusters > 36 && clusters < 36 * n, `${clusters}`); // neither one cluster each time nor none joined
});

Deno.test("affinityPropagation() makes more clusters of a larger preference, and refuses other tables", () => {
  const { S } = blocks([6, 6]);
  const count = (preference: number) =>
    new Set(affinityPropagation(S, { preference }).exemplar).size;
  assertEquals([count(0.5), count(5)], [2, 12]);
  assertThrows(() => affinityPropagation(new Float64Array(6)), RangeError, "found 6 numbers");
  assertThrows(() => affinityPropagation(S, { damping: 0.2 }), RangeError, "damping");
});

Deno.test("interactionClusters() is not misled by a latent that interacts with all", () => {
  const { S, n, block } = blocks([6, 6, 6]);
  // item 0 is ten times as loud with everyone
  for (let j = 1; j < n; j++) S[j] = S[j * n] = 10 * S[j];
  const { pairs, values } = pairsOf(S, n);
  const { clusters } = interactionClusters(pairs, values);
  assertEquals(clusters.length, 3);
  for (const { members } of clusters) {
    assertEquals(members, [...block.keys()].filter((i) => block[i] === block[members[0]]));
  }
});

Deno.test("heldOutMember() is right on another text of the same blocks, at chance on noise", () => {
  const sizes = [6, 7, 8, 5, 9], first = blocks(sizes), second = blocks(sizes, { seed: 1 });
  const { pairs, values } = pairsOf(first.S, first.n);
  const { clusters } = interactionClusters(pairs, values);
  const ask = (S: ArrayLike<number>) =>
    heldOutMember(clusters, { pairs, S, random: stream(0, "ask") }, { trials: 40 });
  assertEquals(ask(pairsOf(second.S, second.n).values), { clusters: 5, trials: 200, right: 200 });
  const random = stream(2, "noise"), { right } = ask(values.map(() => random.uniform()));
  assert(right > 20 && right < 62, `${right} of 200`); // 40 expected, within 4 standard errors
});
