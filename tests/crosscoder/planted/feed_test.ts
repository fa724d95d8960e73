import { assertEquals, assertNotEquals } from "@std/assert";
import { plantedFeed } from "../../../lib/crosscoder/planted/feed.ts";
import { plantedTask } from "../../../lib/crosscoder/planted/task.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { stream } from "../../../lib/numerics/random.ts";

const OPTIONS = { n_features: 12, n_sites: 2, d_in: 4, L0: 2, zipf: 0, partial: 0, noise: 0 };

Deno.test("plantedFeed() shows each step rows of its own, whatever steps came before", async () => {
  using gpu = await openGpu();
  const task = plantedTask(OPTIONS, stream(0, "task"));
  const random = stream(0, "feed");
  const make = () => plantedFeed(gpu, task, { batch: 4, perRound: 3, random });
  const [through, straight] = [make(), make()];
  const first = await through.pool.tables[0].read();
  for (let step = 0; step < 8; step++) through.feed(step);
  const third = await through.pool.tables[0].read();
  straight.feed(7);
  assertEquals(third, await straight.pool.tables[0].read());
  assertNotEquals(first, third);
  through.feed(0);
  assertEquals(await through.pool.tables[0].read(), first);
  assertEquals(through.pool.rows, 12);
  through.release();
  straight.release();
});
