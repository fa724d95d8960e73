/**
 * What the prover knows of one theorem, in one record. theorems/mod.ts lists them all; strategies,
 * searches, proofs, certificates, plans, tables and legends iterate over that list. The checker has
 * a record of its own for each (checker/mod.ts), and neither side knows the other's.
 * @module
 */
import type { MaxOfKConfig } from "./max_of_k.ts";
import type { Directions } from "./tables/directions.ts";
import type { ProofTables } from "./tables/folded.ts";
import type { Task } from "./tasks/task.ts";
import type { Verification } from "./tables/verification.ts";

/** What all strategies of one model share. */
export interface Prover {
  /** Exact tables and their enclosures. */
  tables: ProofTables;
  /** Hints that the published strategies use. */
  directions: Directions;
  /** What the model is asked for, where it is not the largest token. */
  task?: Task;
}

/** A prover of another task than "max". */
export type TaskProver = Prover & { task: Task };

/** Grid steps, and the largest gap to try. */
export interface Grid {
  /** Steps of the grid. */
  G: number;
  /** The largest gap that is tried. */
  gMax: number;
}

/** One way to prove: a theorem with the parts that it is made of. */
export interface StrategyOf<Parts> {
  /** As `prove --strategy` takes it. */
  name: string;
  /** What tables and legends call strategies of its sort: a key of the theorem's `kinds`. */
  kind: string;
  /** Group of the figures of arXiv 2406.11779; for ours the theorem's name. */
  group: string;
  /** What the theorem is put together from. */
  parts: Parts;
}

/** A power of d_vocab. */
export type Growth = 2 | 3 | 3.5;

/** A strategy with its grid, as a run applies it to every model. */
export interface PlannedProof {
  /** As `prove --strategy` takes it. */
  strategy: string;
  /** See Grid. */
  G?: number;
  /** See Grid. */
  gMax?: number;
  /** Proved once more for every float32 evaluation of each class that has a name. */
  everyFloat32?: true;
}

/** Parameters or hints as a certificate holds them. */
export interface Entries {
  /** By name. */
  [name: string]: Entry;
}
/** A value of a parameter or of a hint. */
export type Entry = string | number | Entry[] | Entries;

/**
 * A theorem on the prover's side. `Found` is what its search finds and its verification uses, of no
 * concern to anybody else; it may come from anywhere, and bad hints of the right form only lower
 * the bound.
 */
export interface Theorem<Parts = unknown, Found = unknown> {
  /** As certificates call it. */
  name: string;
  /** What it does, in a line. */
  title: string;
  /** arXiv 2406.11779, or new here. */
  source: "paper" | "ours";
  /**
   * A theorem has certificates; the published steps, one of which is unsound, have none. Its argument
   * must use no more than that each weight and each difference of table entries lies in its
   * enclosure, position by position: then it holds for float32 evaluations as well.
   */
  sound: boolean;
  /** Ways to prove by it. */
  strategies: readonly StrategyOf<Parts>[];
  /** The kinds of its strategies, each with its name in legends. */
  kinds: Readonly<Record<string, string>>;
  /** Which options it takes. */
  options: readonly (keyof Grid)[];
  /** What a run proves by it, and up to which number of tokens K. */
  planned: readonly PlannedProof[];
  /** The largest number of tokens that a run proves it for. */
  mostK?: number;
  /** Its time grows as this power of d_vocab, as measured. */
  growth: Growth;
  /**
   * Good hints. Costs no FLOPs by the convention of the paper: hints are part of a proof, not of
   * its check.
   */
  search?(prover: Prover, parts: Parts, grid: Grid): Found;
  /** What hints have to be, for models of v tokens and K positions. Without it there are none. */
  form?: {
    expected: string;
    holds(found: unknown, sizes: { v: number; K: number }): boolean;
  };
  /** Counts with these hints, operation by operation. */
  verify(prover: Prover, parts: Parts, options: { found: Found; G: number }): Verification;
  /** The result by a count that somebody else made, where making it again would take as long. */
  counted?(prover: Prover, certified: bigint): Omit<Verification, "byPair">;
  /** What its certificates hold besides the claim. */
  write?(
    prover: Prover,
    parts: Parts,
    options: { found: Found; G: number },
  ): { parameters?: Entries; hints?: Entries };
  /** The theorem for tasks other than "max", by one of its strategies; see tasks/task.ts. */
  forTasks?: TaskProof<Found>;
  /**
   * How many function values a black box would have to supply (arXiv 2406.11779, "unexplained
   * dimension").
   */
  dimension(parts: Parts, sizes: MaxOfKConfig): number;
}

/** Search, verification and what is written, as of a theorem, whose hints have the same form. */
export interface TaskProof<Found> {
  /** The one strategy that holds for tasks. */
  strategy: string;
  /** What a run proves by it of each model. */
  planned: readonly PlannedProof[];
  /** Good hints. */
  search?(prover: TaskProver, grid: Grid): Found;
  /** Counts with these hints, operation by operation. */
  verify(prover: TaskProver, options: { found: Found; G: number }): Verification;
  /** What its certificates hold besides the claim. */
  write?(
    prover: TaskProver,
    options: { found: Found; G: number },
  ): { parameters?: Entries; hints?: Entries };
}

/** Names of a theorem that is a single strategy without parts. */
export function single(
  name: string,
): Pick<Theorem<Record<never, never>>, "name" | "strategies" | "kinds"> {
  return {
    name,
    strategies: [{ name, kind: name, group: name, parts: {} }],
    kinds: { [name]: name },
  };
}
