/**
 * Rows of several models in one pool, so that one dictionary learns the same sites of all of them.
 * A row is one token in one model, unlike in a cross-model crosscoder, whose rows hold all models.
 * @module
 */
import { createHarvester, releaseHarvester } from "../../crosscoder/harvest/harvester.ts";
import type { PoolFeed } from "../../crosscoder/harvest/feed.ts";
import { createPool, fillPool, releasePool } from "../../crosscoder/harvest/pool.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { Random } from "../../numerics/random.ts";
import { zeros } from "../../tensor/tensor.ts";

/** Every sequence through every model; rows are drawn in random order, each once a round. */
export function mixedFeed(
  models: readonly LanguageModel[],
  sequences: readonly Uint32Array[],
  { sites, batch, random }: { sites: readonly string[]; batch: number; random: Random },
): PoolFeed {
  const [{ gpu }] = models, pos = sequences[0].length;
  using owned = new DisposableStack();
  const pools = models.map((model) => {
    const harvester = createHarvester({ models: { model }, sites, pos });
    try {
      const pool = owned.adopt(createPool(harvester, sequences.length), releasePool);
      fillPool(harvester, pool, sequences);
      return pool;
    } finally {
      releaseHarvester(harvester);
    }
  });
  const rows = pools.reduce((sum, pool) => sum + pool.rows, 0), perRound = Math.floor(rows / batch);
  if (perRound === 0) {
    throw new RangeError(
      `Cannot feed a crosscoder: expected at least ${batch} tokens in the pool, one batch, but found ` +
        `${rows}: take more sequences or a smaller batch`,
    );
  }
  const index = owned.use(zeros(gpu, [perRound * batch], "u32"));
  const kept = owned.move();
  let round = -1;
  const feed = (step: number) => {
    const wanted = Math.floor(step / perRound);
    if (wanted === round) return;
    const order = random.stream(`round ${wanted}`).permutation(rows);
    index.write(order.subarray(0, perRound * batch));
    round = wanted;
  };
  feed(0);
  const pool = { tables: pools.flatMap(({ tables }) => tables), rows };
  return { pool, index, perRound, feed, release: () => kept.dispose() };
}
