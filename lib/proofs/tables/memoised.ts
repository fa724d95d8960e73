/**
 * Memoised parts: what many strategies of one model share is made on first use and kept as long as
 * the model's tables live, as ten approximations of the scores serve more than two hundred
 * strategies. A strategy still counts the operations of every part that it takes, as if it had made
 * it alone.
 * @module
 */
import type { Directions } from "./directions.ts";
import type { Flops } from "./flops.ts";
import type { ProofTables } from "./folded.ts";

type Part = { value: unknown; operations: number };

const kept = new WeakMap<ProofTables, WeakMap<Directions, Map<string, Part>>>();

/** The part called `name` of these tables and directions; do not write to it. */
export function memoised<T>(
  [tables, directions]: [ProofTables, Directions],
  name: string,
  { flops, make }: { flops: Flops; make: (flops: Flops) => T },
): T {
  const ofTables = kept.get(tables) ?? new WeakMap<Directions, Map<string, Part>>();
  kept.set(tables, ofTables);
  const parts = ofTables.get(directions) ?? new Map<string, Part>();
  ofTables.set(directions, parts);
  let part = parts.get(name);
  if (part === undefined) {
    const own: Flops = { total: 0 };
    part = { value: make(own), operations: own.total };
    parts.set(name, part);
  }
  flops.total += part.operations;
  return part.value as T;
}
