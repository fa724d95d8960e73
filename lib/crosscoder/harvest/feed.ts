/**
 * The order in which training draws batches from a pool of activations. What a step sees is a
 * function of the seed and of the step alone, so that a training can go on anywhere, and several
 * can follow one feed.
 * @module
 */
import { exactly, expectForm, list, whole } from "../../io/form.ts";
import type { Gpu } from "../../gpu/gpu.ts";
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
 * A pool with the order in which it is drawn: `index` holds the rows of one round, `perRound`
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
export function createPoolFeed(source: ActivationSource, options: PoolFeedOptions): PoolFeed {
  expectForm(ACTION, options, POOL_FEED);
  const { sites, batch, poolSequences, random } = options;
  using owned = new DisposableStack();
  const opened = openPool(source, { sites, poolSequences });
  owned.defer(opened.release);
  const { release, ...feed } = feedFromPool(opened, { batch, random });
  owned.defer(release);
  const kept = owned.move();
  return { ...feed, release: () => kept.dispose() };
}

/**
 * A pool and what fills it. `hold` puts these sequences into it, unless it holds all that there are:
 * `held` says which ones, in the order of its rows, by number.
 */
export type OpenPool = {
  pool: ActivationPool;
  gpu: Gpu;
  pos: number;
  /** Sequences in all, and those that the pool has room for. */
  sequences: number;
  count: number;
  held: readonly number[];
  hold(chosen: readonly number[]): void;
  release(): void;
};

/** Room for activations, still without any: feedFromPool() fills it, for one feed after the other. */
export function openPool(
  { models, sequences }: ActivationSource,
  { sites, poolSequences }: Pick<PoolFeedOptions, "sites" | "poolSequences">,
): OpenPool {
  const common = commonOf(ACTION, models);
  const pos = checkSequences(common, sequences, { action: ACTION });
  const count = Math.min(poolSequences, sequences.length);
  using owned = new DisposableStack();
  const harvester = owned.adopt(createHarvester({ models, sites, pos }), releaseHarvester);
  const pool = owned.adopt(createPool(harvester, count), releasePool);
  const kept = owned.move();
  const opened: OpenPool = {
    pool,
    gpu: common.gpu,
    pos,
    sequences: sequences.length,
    count,
    held: [],
    hold(chosen) {
      const all = count === sequences.length && opened.held.length === count;
      if (all || chosen.every((sequence, i) => sequence === opened.held[i])) return;
      fillPool(harvester, pool, chosen.map((i) => sequences[i]));
      opened.held = chosen;
    },
    release: () => kept.dispose(),
  };
  return opened;
}

/** Steps that one upload of the order serves where nothing has to be harvested in between. */
const STEPS = 64;

/**
 * Draws batches from an open pool, whose activations stay where they are if all sequences fit: what a
 * step sees does not depend on the feeds before. `release` leaves the pool open.
 */
export function feedFromPool(
  opened: OpenPool,
  { batch, random }: Pick<PoolFeedOptions, "batch" | "random">,
): PoolFeed {
  const { pool, gpu, pos, sequences, count } = opened;
  checkBatchSize(batch, { count, pos, sequences });
  const once = Math.floor(pool.rows / batch);
  // A pool that holds everything is drawn several times over with one upload, as far as a binding holds it.
  const room = Math.max(1, Math.floor(gpu.maxBinding / (4 * once * batch)));
  const times = count === sequences ? Math.min(room, Math.ceil(STEPS / once)) : 1;
  const perRound = times * once;
  using owned = new DisposableStack();
  const index = owned.use(zeros(gpu, [perRound * batch], "u32"));
  const draw = roundDraws({ n: sequences, count, rows: pool.rows }, random);
  const rows = new Uint32Array(perRound * batch);
  let round = -1;
  const feed = (step: number) => {
    const wanted = Math.floor(step / perRound);
    if (wanted === round) return;
    for (let i = 0; i < times; i++) {
      const { chosen, order } = draw(times * wanted + i);
      opened.hold(chosen);
      const drawn = order.subarray(0, once * batch);
      rows.set(heldRows(drawn, { chosen, held: opened.held, pos }), i * once * batch);
    }
    index.write(rows);
    round = wanted;
  };
  feed(0);
  const kept = owned.move();
  return { pool, index, perRound, feed, release: () => kept.dispose() };
}

/** Rows of a pool that held `chosen` in this order, as rows of the one that holds `held`. */
function heldRows(
  rows: Uint32Array,
  { chosen, held, pos }: { chosen: readonly number[]; held: readonly number[]; pos: number },
): Uint32Array {
  if (chosen.every((sequence, i) => sequence === held[i])) return rows;
  const place = new Map(held.map((sequence, i) => [sequence, i]));
  return rows.map((row) => place.get(chosen[Math.floor(row / pos)])! * pos + row % pos);
}

const ACTION = "feed a crosscoder";

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
