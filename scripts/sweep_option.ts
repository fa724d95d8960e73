/** `--seeds` and `--shard`: many runs of one system, and the part of them that this process does. */
import type { Shard } from "../lib/io/mod.ts";
import { show } from "../lib/io/show.ts";
import { integerOption } from "./command_line.ts";
import type { Sweep, System } from "./system.ts";

/** Seeds of one command at most: more of them are a slip of the hand. */
const MOST_SEEDS = 1000;

/** Throws where one of the systems makes no such sweep, and on texts that are no seeds or no part. */
export function sweepOf(
  systems: readonly System[],
  { seed, seeds, shard }: { seed?: string; seeds?: string; shard?: string },
  { all, first }: { all: readonly System[]; first: number },
): Sweep {
  const named = [seeds && "--seeds", shard && "--shard"].filter(Boolean).join(" and ");
  const other = systems.find(({ sweeps }) => !sweeps);
  if (named && other) {
    const takers = all.filter(({ sweeps }) => sweeps).map(({ id }) => id).join(" or ");
    throw new RangeError(
      `Cannot run: expected ${named} with ${takers} alone but found ${other.id}: name that system, ` +
        "or leave it out",
    );
  }
  if (seed !== undefined && seeds?.includes("-")) {
    throw new RangeError(
      `Cannot run: expected --seeds A-B or --seed but found both, ${show(seeds)} and ${
        show(seed)
      }: leave ` +
        "--seed out, or give --seeds a number",
    );
  }
  return {
    ...(seeds !== undefined && { seeds: seedsOf(seeds, first) }),
    ...(shard !== undefined && { shard: shardNamed(shard) }),
  };
}

/** `a-b`: these seeds, both ends; `N`: so many from the first one on. */
export function seedsOf(text: string, first: number): number[] {
  const range = /^(\d+)-(\d+)$/.exec(text);
  const [from, to] = range ? [Number(range[1]), Number(range[2])] : [
    first,
    first + integerOption("--seeds", text, { least: 1, most: MOST_SEEDS, example: 3 }) - 1,
  ];
  const n = to - from + 1;
  if (n >= 1 && n <= MOST_SEEDS && Number.isSafeInteger(to)) {
    return Array.from({ length: n }, (_, i) => from + i);
  }
  throw new RangeError(
    `Cannot run: expected --seeds to name 1 to ${MOST_SEEDS} seeds but found ${
      show(text)
    }: write ` +
      "the lower one first, as in --seeds 0-9",
  );
}

/** `i/n`, counted from 1. */
export function shardNamed(text: string): Shard {
  const parts = /^(\d{1,9})\/(\d{1,9})$/.exec(text);
  const [index, of] = [Number(parts?.[1]), Number(parts?.[2])];
  if (parts && index >= 1 && index <= of) return { index, of };
  throw new RangeError(
    `Cannot run: expected --shard i/n with i from 1 to n but found ${
      show(text)
    }: the second of four ` +
      "parts is --shard 2/4",
  );
}
