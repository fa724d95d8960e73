/** What a run draws from a model, and keeps of it. @module */
import { type Method, METHODS } from "../checker/statement.ts";
import type { Prover } from "../prove.ts";
import { sampleAccuracy, type Sampled } from "../sampling/sample.ts";
import type { Grid } from "../theorem.ts";

/** One method on one model. Counts are decimal strings: v^K may exceed 2^53. */
export type SampledRow = Omit<Sampled, "sequences"> & Partial<Grid>;

/** The grid of N5's sets: its most costly one that a run proves by, whose sets are the smallest. */
export const SETS: Grid = { G: 64, gMax: 6 };

/** Draws by each method. */
export function sampledRows(prover: Prover, draws: Record<Method, number>): SampledRow[] {
  return METHODS.map((method) => {
    const grid = method === "sampled/N5" ? SETS : {};
    const { sequences: _, ...sampled } = sampleAccuracy(prover, method, {
      draws: draws[method],
      ...grid,
    });
    return { ...sampled, ...grid };
  });
}

/** The draws by a method; every result has them. */
export function drawnBy<T extends { method: Method }>(
  { sampled }: { sampled: readonly T[] },
  method: Method,
): T {
  return sampled.find((row) => row.method === method)!;
}
