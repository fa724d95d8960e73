import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { pairInstances } from "../../../lib/interactions/pairs/instances.ts";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import { hubs, relativeHubs } from "../../../lib/interactions/ranking/hubs.ts";
import {
  denseLatents,
  firingOf,
  pairOverlaps,
  TWINS,
} from "../../../lib/interactions/ranking/overlap.ts";
import { pairStatistics } from "../../../lib/interactions/ranking/statistics.ts";
import { topOf } from "../../../lib/interactions/ranking/top.ts";

// words      7  7  8  9         latents 0 and 1 halve word 7 between them; 2 fires everywhere
const ACTS = [
  [3, 1, 1, 0],
  [1, 3, 1, 0],
  [0, 0, 1, 0],
  [0, 2, 1, 0],
];
const active = activeLatents(Float32Array.from(ACTS.flat()), 4);
const firing = firingOf([{ active, ids: [7, 7, 8, 9] }]);

Deno.test("pairOverlaps() tells twins of a word from a latent that is always there", () => {
  const instances = pairInstances(active), { pairs } = instances;
  const { count } = pairStatistics(new Float32Array(instances.pair.length), instances, {
    tokens: 4,
  });
  const { ofRarer, jaccard, words } = pairOverlaps(pairs, count, firing);
  assertEquals([...pairs.i].map((i, p) => [i, pairs.j[p]]), [[0, 1], [0, 2], [1, 2]]);
  assertEquals([...ofRarer], [1, 1, 1]);
  assertEquals([...jaccard], [2 / 3, 2 / 4, 3 / 4]);
  // latent 0 is all of word 7; 1 has 4 of 6 there and 2 of 6 at 9; 2 a half at 7, a quarter at 8, 9
  [4 / 6, 1 / 2, 1 / 2 + 1 / 4].forEach((share, p) => assertAlmostEquals(words[p], share, 1e-12));
  assertEquals(words[1] > TWINS, false);
});

Deno.test("firingOf() adds parts up, and refuses words of another part", () => {
  const [head, tail] = [ACTS.slice(0, 1), ACTS.slice(1)].map((rows) =>
    activeLatents(Float32Array.from(rows.flat()), 4)
  );
  const parts = [{ active: head, ids: [7] }, { active: tail, ids: [7, 8, 9] }];
  assertEquals(firingOf(parts), firing);
  assertEquals([...firing.fires], [2, 3, 4, 0]);
  assertEquals([...denseLatents(firing)], [1, 1, 1, 0]);
  assertThrows(() => firingOf([{ active, ids: [7] }]), RangeError, "expected 4 words");
});

Deno.test("hubs() counts a pair for both of its latents", () => {
  const pairs = { d_sae: 4, i: Uint32Array.of(0, 0, 1), j: Uint32Array.of(1, 2, 2) };
  assertEquals([...hubs(pairs, [1, 2, 4])], [3, 5, 6, 0]);
  assertEquals([...relativeHubs(hubs(pairs, [1, 2, 4]), [1, 0.5, 2, 0])], [3, 10, 3, 0]);
  assertThrows(() => hubs(pairs, [1, 2]), RangeError, "expected 3 scores, one a pair, but found 2");
  assertThrows(() => hubs(pairs, [1, NaN, 4]), RangeError, "found NaN at 1 of 3");
});

Deno.test("topOf() takes the earlier of equals, among those allowed", () => {
  assertEquals(topOf([1, 3, 3, 2], 3), [1, 2, 3]);
  assertEquals(topOf([1, 3, 3, 2], 3, (at) => at !== 2), [1, 3, 0]);
});
