/**
 * How long a dispatch would take on a graphics card: a model, not a measurement. It was never
 * compared with a card; every number is a hypothesis, and is given as a range.
 *
 * A dispatch takes the longest of
 *
 *   memory    its bytes at the share of the bandwidth that streaming kernels reach, or what it reads of
 *             ranges that the cache still has at that of the cache
 *   issue     the operations of the workgroups that the busiest multiprocessor gets, at the rate
 *             of its lanes: less where a workgroup does not fill warps of 32, or where fewer than
 *             four warps are there for its four schedulers
 *   waiting   the turns of the loops of one workgroup, each a round of loads that waits for memory
 *             and then computes (or does both at once, where loads are asked for a turn ahead),
 *             times the rounds in which a multiprocessor takes its workgroups
 *
 * and the device drains and starts anew between two dispatches. `low` has the latency of the second
 * level of cache and nearly all issue slots, and finds there what was touched lately; `high` has that of
 * memory, where all comes from, and half of the slots.
 * @module
 */
import { type Card, peakFlops } from "./cards.ts";
import type { SeenDispatch } from "./stand_in_device.ts";
import { type Work, workOf } from "./work.ts";

/** Seconds, from the optimistic to the pessimistic end of what is not known. */
export type Seconds = { low: number; high: number };

/** Lanes of a warp, and schedulers of a multiprocessor, each of which issues for one warp a cycle. */
const WARP = 32, SCHEDULERS = 4;

/** The share of the bandwidth that streaming kernels reach. */
const STREAMED = 0.9;

/**
 * The bandwidth of the second level of cache in terms of memory's, with caution: 5,120 bytes a clock, 3.5
 * times its memory's, on the A100 (NVIDIA A100 Tensor Core GPU Architecture whitepaper); the makers of
 * other cards give none.
 */
const CACHED = 2;

/**
 * What is not known. `issued`: slots that are left to arithmetic beside addresses, clamps and
 * workgroup memory; published f32 products in shading languages reach 30 to 72 % of a card's peak
 * (gpuweb/gpuweb#1202, FL33TW00D/wgpu-mm#20, ggml-org/llama.cpp#11595). `latency`: cycles of a load
 * from the second level of cache, or from memory. `gap`: seconds from the end of a dispatch to the
 * start of the next that waits for it.
 */
const ENDS = {
  low: { issued: 0.8, latency: 270, gap: 2e-6, cached: true },
  high: { issued: 0.4, latency: 700, gap: 5e-6, cached: false },
};

/** Of one dispatch, without the gap after it. */
export function dispatchSeconds(dispatch: SeenDispatch, card: Card): Seconds {
  const work = workOf(dispatch);
  return {
    low: secondsAt(dispatch, { work, card, ...ENDS.low }),
    high: secondsAt(dispatch, { work, card, ...ENDS.high }),
  };
}

/** Of dispatches one after the other, each waiting for the one before. */
export function passSeconds(dispatches: readonly SeenDispatch[], card: Card): Seconds {
  const total = gaps(dispatches.length);
  for (const dispatch of dispatches) {
    const { low, high } = dispatchSeconds(dispatch, card);
    total.low += low;
    total.high += high;
  }
  return total;
}

/** What lies between so many dispatches. */
export function gaps(count: number): Seconds {
  return { low: count * ENDS.low.gap, high: count * ENDS.high.gap };
}

/** The geometric mean of both ends: the one number where one is needed. */
export function middle({ low, high }: Seconds): number {
  return Math.sqrt(low * high);
}

function secondsAt(
  { grid, workgroup }: SeenDispatch,
  { work, card, issued, latency, cached }: { work: Work; card: Card } & typeof ENDS[keyof Seconds],
): number {
  const groups = grid[0] * grid[1] * grid[2], warps = Math.ceil(workgroup / WARP);
  const resident = Math.max(1, Math.min(card.workgroups, Math.floor(card.warps / warps)));
  const busiest = Math.ceil(groups / card.processors);
  const flop = work.flop / groups;
  /** Operations a second of one multiprocessor with so many workgroups on it. */
  const rate = (together: number) =>
    peakFlops(card) / card.processors * issued * (workgroup / (WARP * warps)) *
    Math.min(1, together * warps / SCHEDULERS);
  const issue = busiest * flop / rate(Math.min(resident, busiest));
  const own = flop / rate(1), wait = work.turns * latency / card.clock;
  const chain = work.ahead ? Math.max(own, wait) : own + wait;
  const rounds = Math.ceil(busiest / resident);
  return Math.max(memorySeconds(work, card, cached), issue, rounds * chain);
}

function memorySeconds(
  { bytes, reads }: Work,
  { bandwidth, cache }: Card,
  cached: boolean,
): number {
  const kept = reads.filter(({ since }) => cached && since <= cache);
  const near = kept.reduce((sum, { bytes }) => sum + bytes, 0);
  return (bytes - near + near / CACHED) / (STREAMED * bandwidth);
}
