import { assert, assertEquals, assertThrows } from "@std/assert";
import { pairIndex, pairInstances } from "../../../lib/interactions/pairs/instances.ts";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import { stream } from "../../../lib/numerics/random.ts";

/** 40 tokens of 9 latents, each active at a third of them; the first token has none, the second one. */
function someActive() {
  const random = stream(0, "active");
  const acts = Float32Array.from(
    { length: 40 * 9 },
    () => random.int(3) === 0 ? random.uniform() : 0,
  );
  acts.fill(0, 0, 18);
  acts[12] = 1;
  return activeLatents(acts, 9);
}

Deno.test("pairInstances() lists every two latents of every token once, pairs sorted", () => {
  const active = someActive(), { pairs, pair, first, second, token } = pairInstances(active);
  const wanted: string[] = [], found: string[] = [];
  for (let t = 0; t < active.tokens; t++) {
    for (let a = active.start[t]; a < active.start[t + 1]; a++) {
      for (let b = a + 1; b < active.start[t + 1]; b++) {
        wanted.push(`${t} ${active.latent[a]} ${active.latent[b]}`);
      }
    }
  }
  pair.forEach((p, at) => {
    assertEquals([pairs.i[p], pairs.j[p]], [active.latent[first[at]], active.latent[second[at]]]);
    found.push(`${token[at]} ${pairs.i[p]} ${pairs.j[p]}`);
  });
  assertEquals(found, wanted);
  const keys = Array.from(pairs.i, (i, p) => 9 * i + pairs.j[p]);
  assertEquals(keys, [...new Set(keys)].sort((a, b) => a - b));
  assertEquals(new Set(pair).size, keys.length);
});

Deno.test("pairInstances() keeps to the wanted pairs and tokens, and to the list with pairs that never meet", () => {
  const active = someActive(), all = pairInstances(active);
  const only = { d_sae: 9, i: Uint32Array.of(0, 2, 2), j: Uint32Array.of(8, 3, 7) };
  const { pairs, pair, token } = pairInstances(active, { only, tokens: [5, 30] });
  assert(pairs === only);
  const number = pairIndex(all.pairs);
  const wanted = [0, 1, 2].map((p) =>
    [...all.pair].filter((other, at) =>
      other === number(only.i[p], only.j[p]) && all.token[at] >= 5 && all.token[at] < 30
    ).length
  );
  assertEquals([0, 1, 2].map((p) => pair.filter((other) => other === p).length), wanted);
  assert(token.every((t) => t >= 5 && t < 30) && pair.length > 2);
  assertEquals(number(3, 2), undefined);
});

Deno.test("pairInstances() refuses lists out of order, of another crosscoder, and tokens beyond the text", () => {
  const active = someActive();
  const list = (i: number[], j: number[], d_sae = 9) => ({
    d_sae,
    i: Uint32Array.from(i),
    j: Uint32Array.from(j),
  });
  assertThrows(
    () => pairInstances(active, { only: list([2, 0], [3, 1]) }),
    RangeError,
    "sorted by i, then j but found 0, 1 behind 2, 3",
  );
  assertThrows(
    () => pairInstances(active, { only: list([3], [3]) }),
    RangeError,
    "i < j < 9 but found 3, 3",
  );
  assertThrows(
    () => pairInstances(active, { only: list([0], [1], 8) }),
    RangeError,
    "pairs of 9 latents but found of 8",
  );
  assertThrows(
    () => pairInstances(active, { tokens: [0, 41] }),
    RangeError,
    "tokens up to 40 but found 41",
  );
  assertEquals(pairInstances(activeLatents(new Float32Array(18), 9)).pair.length, 0);
});
