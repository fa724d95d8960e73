/**
 * Checker: what it knows of one theorem.
 * @module
 */
import type { MaxOfKConfig } from "../max_of_k.ts";
import type { Reader } from "./reader.ts";
import type { CheckTables } from "./tables.ts";
import type { CheckTask } from "./tasks.ts";

/** At least `certified` sequences are right, and at most `atMost` where the theorem says so. */
export interface Counts {
  certified: bigint;
  atMost?: bigint;
}

/** A theorem of the checker; what is read first of a certificate decides what is counted. */
export interface Check {
  /** Rejects sizes that would take minutes, whatever the hints: ask before searching for them. */
  limit(sizes: MaxOfKConfig): void;
  /**
   * Takes parameters and hints out of a certificate, rejects those of another form, and returns the
   * count by them.
   */
  read(reader: Reader): (T: CheckTables) => Counts;
}

/** A theorem for tasks other than the largest token; otherwise as a Check. */
export interface TaskCheck {
  limit(task: CheckTask, sizes: MaxOfKConfig): void;
  read(reader: Reader, task: CheckTask): (T: CheckTables) => Counts;
}
