/**
 * The order in which training draws batches from a pool of activations. What a step sees is a
 * function of the seed and of the step alone, so that a training can go on anywhere, and several
 * can follow one feed.
 * @module
 */
import { exactly, expectForm, list, whole } from "../../io/form.ts";
import { checkSequences } from "../../model/check_sequences.ts";
import { type Random, randomForm } from "../../numerics/random.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import { siteForm, type SiteLike } from "../sites.ts";
import { createHarvester, releaseHarvester } from "./harvester.ts";
import { commonOf, type Models } from "./models.ts";
import { type ActivationPool, createPool, fillPool, releasePool } from "./pool.ts";

/**
 * Models with the sequences whose activations are learnt: { models: { model }, sequences } where
 * there is one.
 */
export type ActivationSource = { models: Models; sequences: readonly ArrayLike<number>[] };

/**
 * A pool with the order in which it is drawn: `index` holds the rows of one round of `perRound`
 * batches.
 */
export type PoolFeed = {
  pool: ActivationPool;
  index: Tensor;
  perRound: number;
  /**
   * To be called before each step, counted from 0; steps may be skipped, and a new training begins
   * at 0 again.
   */
  feed: (step: number) => void;
  release: () => void;
};

/**
 * `sites`: by hook or { model, hook }, globs allowed; `batch` rows a step; the pool holds
 * `poolSequences` at a time.
 */
export type PoolFeedOptions = {
  sites: readonly SiteLike[];
  batch: number;
  poolSequences: number;
  random: Random;
};

const POOL_FEED = exactly({
  sites: list(siteForm),
  batch: whole(1),
  poolSequences: whole(1),
  random: randomForm,
});

/**
 * Draws batches from a pool of activations. The pool is drawn to exhaustion in random order; then
 * it is filled with the next sequences, or, where all fit, shuffled again. Throws where the pool
 * does not hold one batch.
 */
export function createPoolFeed(
  { models, sequences }: ActivationSource,
  options: PoolFeedOptions,
): PoolFeed {
  const action = "feed a crosscoder";
  expectForm(action, options, POOL_FEED);
  const { sites, batch, poolSequences, random } = options;
  const common = commonOf(action, models);
  const pos = checkSequences(common, sequences, { action });
  const count = Math.min(poolSequences, sequences.length);
  checkBatchSize(batch, { count, pos, sequences: sequences.length });
  using owned = new DisposableStack();
  const harvester = owned.adopt(createHarvester({ models, sites, pos }), releaseHarvester);
  const pool = owned.adopt(createPool(harvester, count), releasePool);
  const perRound = Math.floor(pool.rows / batch);
  const index = owned.use(zeros(common.gpu, [perRound * batch], "u32"));
  const draw = roundDraws({ n: sequences.length, count, rows: pool.rows }, random);
  let round = -1, held: number[] = [];
  const feed = (step: number) => {
    const wanted = Math.floor(step / perRound);
    if (wanted === round) return;
    const { chosen, order } = draw(wanted);
    if (chosen.some((sequence, i) => sequence !== held[i])) {
      fillPool(harvester, pool, chosen.map((i) => sequences[i]));
    }
    index.write(order.subarray(0, perRound * batch));
    [round, held] = [wanted, chosen];
  };
  feed(0);
  const kept = owned.move();
  return { pool, index, perRound, feed, release: () => kept.dispose() };
}

/** The sequences in the pool in one round, and the order of its rows. */
type Round = { chosen: number[]; order: Uint32Array };

/**
 * Draws any round: later ones by drawing those between, earlier ones from the start, where the
 * streams begin again.
 */
function roundDraws(
  sizes: { n: number; count: number; rows: number },
  random: Random,
): (round: number) => Round {
  let rounds = inOrder(sizes, random), next = 0;
  return (round) => {
    if (round < next) [rounds, next] = [inOrder(sizes, random), 0];
    for (; next < round; next++) rounds.next();
    next++;
    return rounds.next().value;
  };
}

function* inOrder(
  { n, count, rows }: { n: number; count: number; rows: number },
  random: Random,
): Generator<Round, never> {
  const some = sequenceOrder(n, random.stream("sequences"));
  const shuffles = random.stream("activations");
  for (let chosen = some(count);; chosen = count < n ? some(count) : chosen) {
    yield { chosen, order: shuffles.permutation(rows) };
  }
}

/** Endless sequence numbers, every one once an epoch. */
function sequenceOrder(n: number, random: Random): (count: number) => number[] {
  let epoch: Uint32Array = new Uint32Array(0), used = 0;
  return (count) =>
    Array.from({ length: count }, () => {
      if (used === epoch.length) [epoch, used] = [random.permutation(n), 0];
      return epoch[used++];
    });
}

function checkBatchSize(
  batch: number,
  { count, pos, sequences }: { count: number; pos: number; sequences: number },
): void {
  if (batch <= count * pos) return;
  throw new RangeError(
    `Cannot feed a crosscoder: expected at least ${batch} tokens in the pool, one batch, but found ` +
      `${
        count * pos
      } (${count} of ${sequences} sequences of ${pos}): take more sequences, a larger ` +
      "poolSequences or a smaller batch",
  );
}
