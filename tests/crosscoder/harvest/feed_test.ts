import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  createPoolFeed,
  feedFromPool,
  openPool,
  type PoolFeed,
} from "../../../lib/crosscoder/harvest/feed.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { readIds } from "../../../lib/tensor/read.ts";
import { tinyModel, tinySequences } from "../../model/tiny_model.ts";
import { devices } from "../../tensor/gpu_util.ts";

const { gpu } = devices[0];
const models = { model: tinyModel(gpu) };

/** What a step sees: the pool's values and the order in which they are drawn. */
function feeding(poolSequences: number) {
  const options = { sites: ["hook_embed"], batch: 8, poolSequences, random: stream(0, "feed") };
  const feed = createPoolFeed({ models, sequences: tinySequences(5) }, options);
  return async (step: number) => {
    feed.feed(step);
    const start = step % feed.perRound * 8, index = await readIds(feed.index);
    return [await feed.pool.tables[0].read(), index.slice(start, start + 8)];
  };
}

for (const [poolSequences, turns] of [[2, "turned over"], [5, "shuffled again"]] as const) {
  Deno.test(`createPoolFeed() feeds a step alike however it is reached, the pool being ${turns}`, async () => {
    const walked = feeding(poolSequences), jumped = feeding(poolSequences);
    const steps = [];
    for (let step = 0; step < 25; step++) steps.push(await walked(step));
    assertNotEquals(steps[24], steps[0]);
    assertEquals(await jumped(24), steps[24]);
    for (const step of [3, 0, 12]) assertEquals(await jumped(step), steps[step], `step ${step}`);
    assertEquals(await walked(0), steps[0], "a second training begins anew");
  });
}

Deno.test("a feed of a pool that holds everything is written once in 64 steps", () => {
  const options = { sites: ["hook_embed"], batch: 8, poolSequences: 5, random: stream(0, "feed") };
  const { perRound, release } = createPoolFeed({ models, sequences: tinySequences(5) }, options);
  assert(perRound >= 64, `${perRound}`);
  release();
});

/** The rows that steps see, as values. */
async function rowsSeen({ feed, pool, index, perRound }: PoolFeed, steps: readonly number[]) {
  const seen: number[][] = [];
  for (const step of steps) {
    feed(step);
    const data = await pool.tables[0].read(), columns = data.length / pool.rows;
    const start = (step % perRound) * 8;
    for (const row of (await readIds(index)).slice(start, start + 8)) {
      seen.push([...data.slice(row * columns, (row + 1) * columns)]);
    }
  }
  return seen;
}

Deno.test("feedFromPool() shows what a feed of its own would, whatever the pool was filled for", async () => {
  const of = { models, sequences: tinySequences(5) };
  const sized = { sites: ["hook_embed"], poolSequences: 5 };
  const opened = openPool(of, sized);
  const first = feedFromPool(opened, { batch: 8, random: stream(0, "another") });
  const before = [...opened.held];
  first.release();
  const shared = feedFromPool(opened, { batch: 8, random: stream(0, "feed") });
  assertEquals([...opened.held], before, "nothing is harvested again");
  const own = createPoolFeed(of, { ...sized, batch: 8, random: stream(0, "feed") });
  assertNotEquals(await readIds(shared.index), await readIds(own.index)); // rows lie elsewhere
  const steps = [0, 1, 2, 7, 12];
  assertEquals(await rowsSeen(shared, steps), await rowsSeen(own, steps));
  own.release();
  shared.release();
  opened.release();
});
