// A made-up backdoor: 4 and 9 carry it together (either alone takes away 2 of 6 nats, both take all), 2 takes away 5 nats
// by breaking the text at a cost of 8, 7 does nothing.
import { assertEquals, assertRejects } from "@std/assert";
import { greedySet, type Removed } from "../../../lib/diff/causal/greedy.ts";

function removed(set: readonly number[]): Removed {
  const carriers = set.filter((latent) => latent === 4 || latent === 9).length;
  const broken = set.includes(2);
  return {
    KL: (carriers === 2 ? -6 : -2 * carriers) + (broken ? -5 : 0),
    clean: broken ? 8 : 0.01 * set.length,
  };
}
const effects = (sets: number[][]) => Promise.resolve(sets.map(removed));

Deno.test("greedySet() takes the pair that carries the backdoor, and not what breaks the text", async () => {
  const steps = await greedySet([2, 4, 7, 9], { most: 4, effects });
  assertEquals(steps, [
    { latent: 4, KL: -2, clean: 0.01 },
    { latent: 9, KL: -6, clean: 0.02 },
  ]);
});

Deno.test("greedySet() ends at its size, and asks for what was chosen with each of the others", async () => {
  const asked: number[][] = [];
  const steps = await greedySet([9, 4, 7], {
    most: 1,
    effects(sets) {
      asked.push(...sets);
      return effects(sets);
    },
  });
  assertEquals([steps.map(({ latent }) => latent), asked], [[9], [[9], [4], [7]]]);
  const both = await greedySet([9, 4, 7], { most: 2, effects });
  assertEquals(both.map(({ latent }) => latent), [9, 4]);
});

Deno.test("greedySet() takes nothing where nothing helps enough", async () => {
  assertEquals(await greedySet([2, 7], { most: 3, effects }), []);
  assertEquals(await greedySet([4], { most: 3, least: 3, effects }), []);
  assertEquals(await greedySet([], { most: 3, effects }), []);
});

Deno.test("greedySet() refuses sizes below 1, and effects that are missing or not finite", async () => {
  await assertRejects(() => greedySet([4], { most: 0, effects }), RangeError, "most");
  const broken = () => Promise.resolve([{ KL: NaN, clean: 0 }]);
  await assertRejects(() => greedySet([4], { most: 1, effects: broken }), Error, "NaN");
  const short = () => Promise.resolve([{ KL: -1, clean: 0 }]);
  await assertRejects(
    () => greedySet([4, 9], { most: 1, effects: short }),
    RangeError,
    "the effect of each of 2 sets but found 1",
  );
});
