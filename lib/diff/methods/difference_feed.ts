/** A pool of differences of activations, from which a dictionary of them learns. @module */
import { createPoolFeed, type PoolFeed } from "../../crosscoder/harvest/feed.ts";
import { ONE_MODEL } from "../../crosscoder/sites.ts";
import type { Random } from "../../numerics/random.ts";
import { elementwiseInto } from "../../tensor/ops/elementwise.ts";
import { zeros } from "../../tensor/tensor.ts";
import type { ModelPair } from "./method.ts";

/**
 * Draws rows of other less base [hooks · d_in], raw, in the order in which one model's pool would be
 * drawn.
 */
export function differenceFeed(
  { base, other }: Pick<ModelPair, "base" | "other">,
  sequences: readonly Uint32Array[],
  options: { hooks: readonly string[]; batch: number; poolSequences: number; random: Random },
): PoolFeed {
  const { hooks: sites, ...rest } = options;
  using owned = new DisposableStack();
  // one stream gives both the same order, whatever was drawn from it
  const [before, after] = [base, other].map((model) => {
    const source = { models: { [ONE_MODEL]: model }, sequences };
    return owned.adopt(createPoolFeed(source, { sites, ...rest }), ({ release }) => release());
  });
  const tables = after.pool.tables.map(({ gpu, shape }) => owned.use(zeros(gpu, shape)));
  const { perRound, index, pool: { rows } } = after;
  let round = -1;
  const feed = (step: number) => {
    before.feed(step);
    after.feed(step);
    const wanted = Math.floor(step / perRound);
    if (wanted === round) return;
    tables.forEach((out, t) => {
      elementwiseInto("subtract", { a: after.pool.tables[t], b: before.pool.tables[t], out });
    });
    round = wanted;
  };
  feed(0);
  const kept = owned.move();
  return { pool: { tables, rows }, index, perRound, feed, release: () => kept.dispose() };
}
