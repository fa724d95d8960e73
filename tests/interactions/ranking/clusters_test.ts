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
