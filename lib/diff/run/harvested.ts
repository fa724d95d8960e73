/** How many sequences a crosscoder's training asks of its model. @module */

/** Sequences of one forward pass, of a harvest and of a measure. */
export const PASS = 16;

/**
 * `pool`: sequences that are held at a time. `harvested`: those that go through the model in all; one
 * pool where every sequence fits, else as many as the steps draw.
 */
export function harvestedSequences(
  { sequences, ft1: { sequenceLength } }: { sequences: number; ft1: { sequenceLength: number } },
  { steps, batch, poolSequences }: { steps: number; batch: number; poolSequences: number },
): { pool: number; harvested: number } {
  const pool = Math.min(poolSequences, sequences);
  const drawn = Math.ceil(steps * batch / sequenceLength);
  return { pool, harvested: sequences <= poolSequences ? pool : Math.max(pool, drawn) };
}
