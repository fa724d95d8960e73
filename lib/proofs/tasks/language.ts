/**
 * Sets of sequences that share their right answer, as words that an automaton accepts: how a task
 * tells the theorems which sequences they count.
 * @module
 */

/** Tokens that an automaton does not tell apart. */
export interface Run {
  /** The first of them. */
  from: number;
  /** The first beyond them. */
  to: number;
  /** By state, where they lead; -1 where none of them may stand. */
  next: readonly number[];
}

/**
 * Fillings of the free positions 0 .. F-1: those that lead from `start` to a state that accepts. The
 * runs of a position do not overlap; a token outside all of them may not stand there.
 */
export interface Language {
  /** The state before position 0. */
  start: number;
  /** By state, whether a word may end there. */
  accepts: readonly boolean[];
  /** [F]: what may stand at each position. */
  runs: readonly (readonly Run[])[];
}

/** Runs that hold a token: those of an empty range are left out. */
export function runsOf(runs: readonly Run[]): Run[] {
  return runs.filter(({ from, to }) => from < to);
}

/** How many words a language has. */
export function wordsOf({ start, accepts, runs }: Language): bigint {
  let counts = accepts.map((_, state): bigint => state === start ? 1n : 0n);
  for (const position of runs) {
    const next = counts.map((): bigint => 0n);
    for (const { from, to, next: leads } of position) {
      counts.forEach((n, state) => {
        if (leads[state] >= 0) next[leads[state]] += n * BigInt(to - from);
      });
    }
    counts = next;
  }
  return counts.reduce((sum, n, state) => accepts[state] ? sum + n : sum, 0n);
}
