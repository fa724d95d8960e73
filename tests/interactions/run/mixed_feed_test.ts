// One dictionary of two models: every token of both stands in the pool once, and a round draws each once.
import { assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import { mixedFeed } from "../../../lib/interactions/run/mixed_feed.ts";
import { createGptNeo } from "../../../lib/model/architectures/gpt_neo.ts";
import { gptNeoConfig } from "../../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../../lib/model/architectures/gpt_neo/weights.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { readIds } from "../../../lib/tensor/read.ts";

const SITE = "blocks.0.ln2.hook_normalized";

Deno.test("mixedFeed() holds the activations of both models, and draws each row once a round", async () => {
  using gpu = await openGpu();
  const config = gptNeoConfig({ d_vocab: 9, d_model: 8, n_layers: 1, n_heads: 2, n_ctx: 8 });
  const models = [0, 1].map((seed) =>
    createGptNeo(gpu, config, initialWeights(config, stream(seed, "w"), { std: 0.4 }))
  );
  const text = [0, 1, 2].map((s) => Uint32Array.from({ length: 8 }, (_, p) => (3 * s + p) % 9));
  const options = { sites: [SITE], batch: 12, random: stream(0, "feed") };
  const feed = mixedFeed(models, text, options);
  assertEquals([feed.pool.rows, feed.perRound], [48, 4]);
  const rows = (await Promise.all(feed.pool.tables.map((table) => table.read())))
    .flatMap((values) =>
      Array.from({ length: values.length / 8 }, (_, r) => `${values.slice(8 * r, 8 * r + 8)}`)
    );
  const wanted = [];
  for (const model of models) {
    const { logits, cache } = runWithCache(model, text, [SITE]);
    const values = await cache.get(SITE)!.read();
    for (let r = 0; r < 24; r++) wanted.push(`${values.slice(8 * r, 8 * r + 8)}`);
    for (const tensor of [logits, ...cache.values()]) tensor.release();
  }
  assertEquals(rows, wanted);
  const first = [...await readIds(feed.index)];
  assertEquals(first.toSorted((a, b) => a - b), Array.from({ length: 48 }, (_, r) => r));
  feed.feed(4); // the next round
  const second = [...await readIds(feed.index)];
  assertEquals(second.toSorted((a, b) => a - b), Array.from({ length: 48 }, (_, r) => r));
  assertEquals(`${first}` === `${second}`, false);
  feed.feed(0); // a training that begins again sees the first round again
  assertEquals([...await readIds(feed.index)], first);
  feed.release();
  assertThrows(
    () => mixedFeed(models, text, { ...options, batch: 49 }),
    RangeError,
    "at least 49 tokens",
  );
});
