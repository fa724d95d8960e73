/**
 * The checker's theorems: read parameters and hints, limit the work, count.
 *
 * Prover and checker repeat each other on purpose. Each theorem is here a second time, from the
 * weights on, by formulas and loops of its own; what they share is the exact and outward-rounded
 * arithmetic and the format of the model. A fault of one program then shows as a certificate that
 * the other rejects. So no file of this folder imports a prover's, and what looks alike on both
 * sides is not put into one place.
 * @module
 */
import { bruteForce, taskBruteForce } from "./brute_force.ts";
import { cubic } from "./cubic.ts";
import { n1, n1n } from "./n1_blocks.ts";
import { n2 } from "./n2_product_sets.ts";
import { n3, n3n } from "./n3_copies.ts";
import { n4, n4Partition } from "./n4_grid.ts";
import { n5 } from "./n5_layered.ts";
import type { Check, TaskCheck } from "./record.ts";
import { subcubic } from "./subcubic.ts";
import { taskN4, taskN4Partition } from "./task_n4.ts";
import { taskN5 } from "./task_n5.ts";

/** By the name that a certificate gives its theorem. */
export const CHECKS: Record<string, Check> = {
  "brute-force": bruteForce,
  "cubic": cubic,
  "N1": n1,
  "N1n": n1n,
  "N2": n2,
  "N3": n3,
  "N3n": n3n,
  "N4": n4,
  "N4-partition": n4Partition,
  "N5": n5,
  "subcubic": subcubic,
};

/** Those that hold for every task. */
export const TASK_CHECKS: Record<string, TaskCheck> = {
  "brute-force": taskBruteForce,
  "N4": taskN4,
  "N4-partition": taskN4Partition,
  "N5": taskN5,
};
